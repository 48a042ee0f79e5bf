package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.StoredPipelines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Somebody deletes files under a pipeline that runs: a job that cleans up temporary
 * directories, or an operator.
 */
@DisplayName("T17, loss 5: files are deleted while they are in use")
class LostSlotTests {

	private static final OtlpTestAnswer BUSY = OtlpTestAnswer.status(503);

	private static final String NAME = "work".repeat(250);

	@TempDir
	private Path directory;

	private final LogSettings settings = StoredPipelines.settings(Duration.ofMillis(50), false);

	private final OtlpTestServer server = OtlpTestServer.open();

	private final StoredPipelines pipelines = new StoredPipelines(this.server, Signal.TRACES);

	private final SpanBatches batches = new SpanBatches();

	private final Set<String> accepted = new HashSet<>();

	@AfterEach
	void tearDown() {
		this.pipelines.close();
		this.server.close();
	}

	@Test
	void whatIsStoredIsTakenAgainWhenLockAndDescriptionAreGone() throws Exception {
		this.server.answer(BUSY);
		Pipeline first = start();
		offer(first, 20);
		Files.delete(slot().resolve("LOCK"));
		Files.delete(slot().resolve("META"));
		offer(first, 20);
		await().until(() -> Files.exists(slot().resolve("LOCK")) && Files.exists(slot().resolve("META")));
		// A kill leaves what is on disk, and the next process knows whose it is.
		Path killed = copy();
		this.server.answer(OtlpTestAnswer.ok());
		assertDelivered(first);
		assertThat(ledger(first).routes().get(0).lostItems()).isZero();
		this.server.clear();
		Pipeline second = this.pipelines.start(killed, this.settings);
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(this.accepted));
		assertThat(ledger(second).isBalanced()).isTrue();
	}

	@Test
	void whatWasStoredIsCountedAndWhatComesIsStoredWhenTheDirectoryIsGone() throws Exception {
		this.server.answer(BUSY);
		Pipeline pipeline = start();
		// More than one request takes
		offer(pipeline, 60);
		delete(storage());
		this.accepted.clear();
		offer(pipeline, 20);
		await().until(() -> pipeline.storage().isDurable() && Files.exists(slot().resolve("META")));
		offer(pipeline, 20);
		Path killed = copy();
		this.server.answer(OtlpTestAnswer.ok());
		assertDelivered(pipeline);
		SignalLedger ledger = ledger(pipeline);
		assertThat(ledger.acceptedHere()).isEqualTo(100);
		// What was under way is delivered all the same.
		assertThat(ledger.routes().get(0).lost()).containsOnlyKeys(LossReason.CORRUPT);
		assertThat(ledger.routes().get(0).lostItems()).isBetween(1L, 60L);
		this.server.clear();
		this.pipelines.start(killed, this.settings);
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(this.accepted));
	}

	@Test
	void aSignalsDirectoryIsCreatedAgain() throws Exception {
		this.server.answer(BUSY);
		Pipeline pipeline = start();
		offer(pipeline, 20);
		delete(slot().resolve("traces"));
		this.accepted.clear();
		offer(pipeline, 1);
		await().until(() -> {
			// It is tried again when something comes.
			offer(pipeline, 1);
			return Files.exists(slot().resolve("traces")) && pipeline.storage().isDurable();
		});
		offer(pipeline, 20);
		Path killed = copy();
		this.server.answer(OtlpTestAnswer.ok());
		assertDelivered(pipeline);
		await("a cursor").until(() -> Files.exists(slot().resolve("traces/cursors/default.cur")));
		this.server.clear();
		this.pipelines.start(killed, this.settings);
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(this.accepted));
	}

	@Test
	void aSegmentThatIsWrittenToIsReplacedWhenItIsDeleted() throws Exception {
		this.server.answer(BUSY);
		Pipeline pipeline = start();
		// More than one request takes
		offer(pipeline, 60);
		List<Path> deleted = segments();
		for (Path segment : deleted) {
			Files.delete(segment);
		}
		this.pipelines.pass(Duration.ofSeconds(1));
		// It goes into the file that has no name; then that is noticed.
		offer(pipeline, 1);
		offer(pipeline, 1);
		assertThat(segments()).isNotEmpty();
		this.accepted.clear();
		offer(pipeline, 20);
		Path killed = copy();
		this.server.answer(OtlpTestAnswer.ok());
		assertDelivered(pipeline);
		// Nothing, if the reader still has the file open.
		assertThat(ledger(pipeline).routes().get(0).lost().keySet()).isSubsetOf(LossReason.CORRUPT);
		this.server.clear();
		this.pipelines.start(killed, this.settings);
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(this.accepted));
	}

	private List<Path> segments() throws IOException {
		return walk(slot().resolve("traces")).stream().filter((file) -> file.toString().endsWith(".seg")).toList();
	}

	@Test
	void cursorsAreSavedAgainWhenTheirDirectoryIsGone() throws Exception {
		Pipeline pipeline = start();
		offer(pipeline, 1);
		assertDelivered(pipeline);
		Path cursor = slot().resolve("traces/cursors/default.cur");
		await().until(() -> Files.exists(cursor));
		delete(cursor.getParent());
		offer(pipeline, 1);
		await().until(() -> Files.exists(cursor));
	}

	@Test
	void filesThatOnlyTheStartWritesAreKeptYoung() throws Exception {
		Pipeline pipeline = start();
		offer(pipeline, 1);
		Instant start = Instant.now().minusSeconds(60);
		List<Path> files = List.of(slot().resolve("LOCK"), slot().resolve("META"));
		for (Path file : files) {
			// Not by Files, which would release the lock.
			assertThat(file.toFile().setLastModified(start.minus(Duration.ofDays(10)).toEpochMilli())).isTrue();
		}
		this.pipelines.pass(Duration.ofHours(2));
		await().untilAsserted(() -> {
			offer(pipeline, 1);
			assertThat(files).allMatch((file) -> Instant.ofEpochMilli(file.toFile().lastModified()).isAfter(start));
		});
	}

	@Test
	void theDescriptionIsWrittenAgain() throws Exception {
		Pipeline pipeline = start();
		offer(pipeline, 1);
		Files.delete(slot().resolve("META"));
		this.pipelines.pass(Duration.ofHours(2));
		await().until(() -> {
			offer(pipeline, 1);
			return Files.exists(slot().resolve("META"));
		});
	}

	private Pipeline start() {
		return this.pipelines.start(storage(), this.settings);
	}

	private Path storage() {
		return this.directory.resolve("storage");
	}

	private Path slot() {
		return storage().resolve("slot-0");
	}

	private void offer(Pipeline pipeline, int count) {
		for (int i = 0; i < count; i++) {
			SpanBatches.Made made = this.batches.make(1, NAME);
			assertThat(pipeline.accept(made.batch()).join().accepted()).isOne();
			this.accepted.addAll(made.ids());
			assertThat(ledger(pipeline).isBalanced()).as("%s", ledger(pipeline)).isTrue();
		}
	}

	private void assertDelivered(Pipeline pipeline) {
		await().untilAsserted(() -> {
			assertThat(this.server.spanIds()).containsAll(this.accepted);
			assertThat(ledger(pipeline).routes().get(0).pending().isEmpty()).isTrue();
			assertThat(ledger(pipeline).isBalanced()).as("%s", ledger(pipeline)).isTrue();
		});
	}

	private static SignalLedger ledger(Pipeline pipeline) {
		return pipeline.ledgers().get(0);
	}

	private Path copy() throws IOException {
		Path to = this.directory.resolve("copy");
		for (Path path : walk(storage())) {
			Path target = to.resolve(storage().relativize(path).toString());
			if (Files.isDirectory(path)) {
				Files.createDirectories(target);
			}
			else {
				copyFile(path, target);
			}
		}
		return to;
	}

	private static void copyFile(Path from, Path to) throws IOException {
		try {
			Files.write(to, Files.readAllBytes(from));
		}
		catch (NoSuchFileException ex) {
			// One that has been given its name just now
		}
	}

	private static List<Path> walk(Path root) throws IOException {
		try (Stream<Path> walk = Files.walk(root)) {
			return walk.toList();
		}
	}

	// As a command does it that is repeated until it succeeds
	private static void delete(Path root) {
		await().ignoreExceptions().until(() -> {
			if (Files.exists(root)) {
				for (Path path : walk(root).stream().sorted(Comparator.reverseOrder()).toList()) {
					Files.deleteIfExists(path);
				}
			}
			return !Files.exists(root);
		});
	}

}
