package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends the process, or the power, at every step of what a log does on disk.
 * {@code -Dotlp.seeds=2000} loses the power in so many ways.
 */
class LogCrashTests {

	private static final int SIZE = 700;

	@Test
	@DisplayName("T2, T10: killed at any step of append, roll, cursor save and removal, nothing acknowledged is lost")
	void losesNothingWhereverItIsKilled() throws IOException {
		int steps = steps(new Run(FsyncPolicy.INTERVAL));
		assertThat(steps).isGreaterThan(60);
		for (int step = 0; step < steps; step++) {
			Run run = new Run(FsyncPolicy.INTERVAL);
			run.workUntil(step);
			run.verifyNothingIsLost("killed after step " + step);
		}
	}

	@Test
	@DisplayName("T3: killed at any step of recovery, and of the recovery after that, nothing acknowledged is lost")
	void losesNothingWhenRecoveryIsKilled() throws IOException {
		int steps = steps(new Run(FsyncPolicy.INTERVAL));
		int recoveries = 0;
		for (int step = 0; step < steps; step += 3) {
			boolean killed = true;
			for (int recovery = 0; killed; recovery++) {
				Run run = new Run(FsyncPolicy.INTERVAL);
				run.workUntil(step);
				run.tearTheEnd();
				run.openUntil(recovery);
				killed = run.openUntil(recovery / 2);
				run.verifyNothingIsLost("killed after step " + step + " and " + recovery + " of recovery");
				recoveries++;
			}
		}
		assertThat(recoveries).isGreaterThan(steps);
	}

	@ParameterizedTest
	@EnumSource(FsyncPolicy.class)
	@DisplayName("T4: the power goes at every step")
	void losesNoMoreThanThePolicyAllows(FsyncPolicy fsync) throws IOException {
		int steps = steps(new Run(fsync));
		int seeds = Integer.getInteger("otlp.seeds", 6 * steps);
		for (int seed = 0; seed < seeds; seed++) {
			Run run = new Run(fsync);
			Random random = new Random(seed);
			for (int round = 0; round < 3; round++) {
				run.workUntil((round == 0) ? seed % steps : random.nextInt(steps));
				run.losePower(random);
				run.verifyAfterPowerLoss("seed " + seed + ", round " + round);
			}
		}
	}

	private static int steps(Run run) throws IOException {
		run.workUntil(Integer.MAX_VALUE);
		return run.steps;
	}

	@Test
	@DisplayName("T4: the power goes right after a log was created, and after a process was killed")
	void survivesBeforeTheFirstCursorIsSaved() throws IOException {
		for (int seed = 0; seed < 200; seed++) {
			SimulatedDisk disk = new SimulatedDisk();
			TestLog test = new TestLog(disk, TestLog.settings(FsyncPolicy.ALWAYS));
			test.open();
			test.append(1, 3, SIZE);
			disk.powerLoss(new Random(seed));
			test.release();
			test.open();
			assertThat(test.deliverAll()).containsExactly(1, 2, 3);
		}
	}

	@Test
	@DisplayName("T4: what a killed process had not synced is synced when the next one starts")
	void syncsWhatTheProcessBeforeHasLeft() throws IOException {
		for (int seed = 0; seed < 200; seed++) {
			SimulatedDisk disk = new SimulatedDisk();
			TestLog test = new TestLog(disk, TestLog.settings(FsyncPolicy.INTERVAL));
			test.open();
			test.append(1, 3, SIZE);
			disk.restart();
			test.release();
			test.open();
			disk.powerLoss(new Random(seed));
			test.release();
			test.open();
			assertThat(test.deliverAll()).containsExactly(1, 2, 3);
		}
	}

	@Test
	@DisplayName("never: neither segments nor cursors nor directories are synced")
	void neverSyncsNothing() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		TestLog test = new TestLog(disk, TestLog.settings(FsyncPolicy.NEVER));
		test.open();
		int syncs = disk.count(Operation.SYNC);
		int directorySyncs = disk.count(Operation.SYNC_DIRECTORY);
		test.append(1, 20, SIZE);
		assertThat(test.deliverAll()).hasSize(20);
		test.maintain();
		test.log().close();
		assertThat(disk.exists(test.cursorFile())).isTrue();
		assertThat(disk.count(Operation.SYNC)).isEqualTo(syncs);
		assertThat(disk.count(Operation.SYNC_DIRECTORY)).isEqualTo(directorySyncs);
	}

	/**
	 * A log that is worked with, and what is known of it outside.
	 */
	private static final class Run {

		private final SimulatedDisk disk = new SimulatedDisk();

		private final TestLog test;

		private final FsyncPolicy fsync;

		private final Set<Integer> acknowledged = new TreeSet<>();

		private final Set<Integer> synced = new HashSet<>();

		private final Set<Integer> delivered = new HashSet<>();

		private int lastId;

		private int steps;

		Run(FsyncPolicy fsync) {
			this.fsync = fsync;
			this.test = new TestLog(this.disk, TestLog.settings(fsync));
		}

		/**
		 * Fill some segments, deliver some of them, let them go, and go on.
		 */
		void workUntil(int step) throws IOException {
			this.steps = 0;
			KillPoints.run(this.disk, step, this::work).forEach((name) -> this.steps++);
			this.test.release();
		}

		private void work() throws IOException {
			this.test.open();
			List<SourcedBatch> held = new ArrayList<>();
			for (int round = 0; round < 5; round++) {
				append(3 + round % 2);
				if (round % 2 == 1) {
					settleSome(held);
				}
				this.test.maintain();
				this.synced.addAll(this.acknowledged);
			}
			this.test.time().advance(Duration.ofMinutes(11));
			this.test.maintain();
			this.synced.addAll(this.acknowledged);
			append(2);
			this.test.close();
			this.synced.addAll(this.acknowledged);
		}

		private void append(int count) throws IOException {
			int first = this.lastId + 1;
			this.lastId += count;
			int written = this.test.log().write(TestLog.batches(first, count, SIZE));
			this.test.log().publish();
			this.acknowledged.addAll(TestLog.ids(first, written));
			if (this.fsync == FsyncPolicy.ALWAYS) {
				this.synced.addAll(this.acknowledged);
			}
		}

		// Not the first one, at first: what comes after it is settled before it.
		private void settleSome(List<SourcedBatch> held) {
			LogReader reader = this.test.reader();
			for (int i = 0; i < 5; i++) {
				SourcedBatch batch = reader.next(Long.MAX_VALUE, Long.MAX_VALUE);
				if (batch != null) {
					held.add(batch);
				}
			}
			while (held.size() > 1) {
				settle(reader, held.remove(held.size() - 1));
			}
			settle(reader, held.remove(0));
		}

		private void settle(LogReader reader, SourcedBatch batch) {
			this.delivered.add(NumberedBatches.idOf(batch.batch()));
			reader.settle(batch, Settlement.delivered(batch.batch().items()));
		}

		/**
		 * Leave a part of a record at the end of the last segment.
		 */
		void tearTheEnd() {
			List<Path> segments = this.test.segments();
			if (!segments.isEmpty()) {
				Path last = segments.get(segments.size() - 1);
				byte[] bytes = this.disk.contents(last);
				this.disk.put(last, Arrays.copyOf(bytes, bytes.length + 31));
			}
		}

		boolean openUntil(int step) throws IOException {
			int done = KillPoints.run(this.disk, step, this.test::open).size();
			this.test.release();
			return done > step;
		}

		void losePower(Random random) {
			this.disk.powerLoss(random);
		}

		void verifyNothingIsLost(String description) throws IOException {
			deliverTheRest();
			Set<Integer> missing = new TreeSet<>(this.acknowledged);
			missing.removeAll(this.delivered);
			assertThat(missing).as(description).isEmpty();
			assertThat(this.test.ledger().lost()).as(description).isEmpty();
			this.test.close();
		}

		void verifyAfterPowerLoss(String description) throws IOException {
			this.test.open();
			this.test.assertBalanced();
			deliverTheRest(this.test.ledger().pending().items(), description);
			Set<Integer> missing = new TreeSet<>(this.acknowledged);
			missing.removeAll(this.delivered);
			if (this.fsync != FsyncPolicy.NEVER) {
				Set<Integer> broken = new TreeSet<>(missing);
				broken.retainAll(this.synced);
				assertThat(broken).as("synced, and lost: " + description).isEmpty();
			}
			if (this.fsync == FsyncPolicy.ALWAYS) {
				// The ledger may count what was being written and never acknowledged.
				assertThat(missing).as(description).isEmpty();
			}
			this.acknowledged.removeAll(missing);
			this.test.close();
		}

		private void deliverTheRest() throws IOException {
			this.test.open();
			this.test.assertBalanced();
			deliverTheRest(this.test.ledger().pending().items(), "");
		}

		/**
		 * What is not delivered of what is pending is counted, and a new record flows.
		 */
		private void deliverTheRest(long pending, String description) throws IOException {
			long lostBefore = lost();
			List<Integer> rest = this.test.deliverAll();
			this.delivered.addAll(rest);
			assertThat(rest).as(description).allMatch((id) -> id >= 1 && id <= this.lastId);
			assertThat(rest.size() + lost() - lostBefore).as("counted: " + description).isEqualTo(pending);
			append(1);
			assertThat(this.test.deliverAll()).as(description).containsExactly(this.lastId);
			this.delivered.add(this.lastId);
			this.test.assertBalanced();
			assertThat(this.test.ledger().pending().isEmpty()).isTrue();
		}

		private long lost() {
			return this.test.ledger().lost().values().stream().mapToLong(Long::longValue).sum();
		}

	}

}
