package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link SegmentLog} on a real file system.
 */
class LocalLogTests {

	private static final int SIZE = 2000;

	@TempDir
	Path directory;

	@ParameterizedTest
	@EnumSource(WhenLogFull.class)
	@DisplayName("T11: a volume of 1 MiB is full: by policy, trimmed, and by itself in order again")
	void fullVolume(WhenLogFull whenFull) throws Exception {
		Path volume = this.directory.resolve("volume");
		new LocalDisk().createDirectories(volume);
		assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", volume.toString()),
				"A tmpfs cannot be mounted here");
		try {
			LogSettings settings = TestLog
				.withWhenFull(TestLog.withSize(TestLog.settings(FsyncPolicy.INTERVAL), 64 << 20, 64 * 1024), whenFull);
			TestLog test = new TestLog(new LocalDisk(), volume, settings, List.of(TestLog.DESTINATION));
			test.open();
			try {
				fill(test, whenFull);
			}
			finally {
				test.close();
			}
		}
		finally {
			run("umount", "-l", volume.toString());
		}
	}

	private void fill(TestLog test, WhenLogFull whenFull) throws IOException {
		Set<Integer> accepted = new TreeSet<>();
		for (int id = 1; id <= 1000; id++) {
			int count = test.log().write(List.of(NumberedBatches.batch(id, 1, SIZE)));
			test.log().publish();
			if (count == 1) {
				accepted.add(id);
			}
			if (id % 50 == 0) {
				test.maintain();
			}
		}
		assertThat(test.log().ledger().accepted()).isEqualTo(accepted.size());
		List<Integer> delivered = test.deliverAll();
		if (whenFull == WhenLogFull.REJECT) {
			assertThat(accepted).hasSizeBetween(300, 600);
			assertThat(delivered).containsExactlyElementsOf(accepted);
			assertThat(test.ledger().lost()).isEmpty();
		}
		else {
			assertThat(accepted).hasSize(1000);
			assertThat(delivered).endsWith(1000).hasSizeBetween(250, 600);
			assertThat(test.ledger().lost().get(LossReason.RETENTION_SIZE)).isEqualTo(1000 - delivered.size());
		}
		test.assertBalanced();
		test.maintain();
		test.append(2000, 100, SIZE);
		assertThat(test.deliverAll()).isEqualTo(TestLog.ids(2000, 100));
		test.reopen();
		test.assertBalanced();
		assertThat(test.deliverAll()).isEmpty();
	}

	private static boolean run(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@EnumSource(FsyncPolicy.class)
	@Timeout(60)
	@DisplayName("T18: writer and reader are interrupted at random: the log survives, and nothing is lost")
	void interrupts(FsyncPolicy fsync) throws Exception {
		TestLog test = new TestLog(new LocalDisk(), this.directory,
				TestLog.withSize(TestLog.settings(fsync), 64 << 20, 64 * 1024), List.of(TestLog.DESTINATION));
		test.open();
		Set<Integer> accepted = new ConcurrentSkipListSet<>();
		Set<Integer> delivered = new ConcurrentSkipListSet<>();
		AtomicBoolean written = new AtomicBoolean();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		Thread writer = new Thread(() -> write(test, accepted, failure), "writer");
		Thread reader = new Thread(() -> read(test, delivered, written, failure), "reader");
		writer.start();
		reader.start();
		Random random = new Random(1);
		int interrupts = 0;
		while (writer.isAlive()) {
			(random.nextBoolean() ? writer : reader).interrupt();
			interrupts++;
			TimeUnit.MICROSECONDS.sleep(random.nextInt(2000));
		}
		writer.join();
		written.set(true);
		reader.join();
		assertThat(failure.get()).isNull();
		assertThat(interrupts).isGreaterThan(10);
		// The last interrupt may have closed what the reader had open.
		test.maintain();
		delivered.addAll(test.deliverAll());
		assertThat(delivered).containsAll(accepted);
		assertThat(accepted).hasSize(1500);
		assertThat(test.ledger().lost()).isEmpty();
		test.assertBalanced();
		test.reopen();
		test.assertBalanced();
		assertThat(test.ledger().lost()).isEmpty();
		test.close();
	}

	// As the worker's thread does: it goes on, and clears the flag when it idles.
	private static void write(TestLog test, Set<Integer> accepted, AtomicReference<Throwable> failure) {
		try {
			for (int id = 1; id <= 1500;) {
				try {
					if (test.log().write(List.of(NumberedBatches.batch(id, 1, SIZE))) == 1) {
						test.log().publish();
						accepted.add(id);
						id++;
					}
					test.time().advance(Duration.ofMillis(20));
					test.log().maintain();
				}
				catch (IOException ex) {
					// Not accepted: again.
				}
				Thread.interrupted();
			}
			test.time().advance(Duration.ofSeconds(2));
			test.log().maintain();
		}
		catch (Throwable ex) {
			failure.set(ex);
		}
	}

	private static void read(TestLog test, Set<Integer> delivered, AtomicBoolean written,
			AtomicReference<Throwable> failure) {
		try {
			List<SourcedBatch> held = new ArrayList<>();
			while (!written.get()) {
				SourcedBatch batch = test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
				if (batch != null) {
					held.add(batch);
				}
				if (batch == null || held.size() > 3) {
					for (SourcedBatch each : held) {
						delivered.add(NumberedBatches.idOf(each.batch()));
						test.reader().settle(each, Settlement.delivered(1));
					}
					held.clear();
				}
				Thread.interrupted();
			}
			for (SourcedBatch each : held) {
				delivered.add(NumberedBatches.idOf(each.batch()));
				test.reader().settle(each, Settlement.delivered(1));
			}
		}
		catch (Throwable ex) {
			failure.set(ex);
		}
	}

	@Test
	@DisplayName("T1: what one process wrote the next one reads, on this file system")
	void survivesARestart() throws IOException {
		TestLog test = new TestLog(new LocalDisk(), this.directory, TestLog.settings(FsyncPolicy.ALWAYS),
				List.of(TestLog.DESTINATION));
		test.open();
		test.append(1, 20, 700);
		test.release();
		test.open();
		assertThat(test.deliverAll()).isEqualTo(TestLog.ids(1, 20));
		test.close();
	}

}
