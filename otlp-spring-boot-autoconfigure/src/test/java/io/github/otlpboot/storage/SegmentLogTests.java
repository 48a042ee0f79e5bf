package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SegmentLog}. Each segment holds five batches.
 */
class SegmentLogTests {

	private static final int SIZE = 700;

	private final SimulatedDisk disk = new SimulatedDisk();

	private final TestLog test = new TestLog(this.disk, TestLog.settings(FsyncPolicy.INTERVAL));

	@Test
	void whatIsNotPublishedIsNotSeen() throws IOException {
		this.test.open().write(TestLog.batches(1, 2, SIZE));
		assertThat(this.test.log().ledger().accepted()).isZero();
		assertThat(this.test.reader().next(10, 10_000)).isNull();
		this.test.log().publish();
		assertThat(this.test.log().ledger().accepted()).isEqualTo(2);
		assertThat(this.test.deliverAll()).containsExactly(1, 2);
	}

	@Test
	void asMuchIsWrittenAsGoesIntoASegment() throws IOException {
		assertThat(this.test.open().write(TestLog.batches(1, 12, SIZE))).isEqualTo(5);
		this.test.log().publish();
		assertThat(this.test.log().write(TestLog.batches(6, 7, SIZE))).isEqualTo(5);
		this.test.log().publish();
		assertThat(this.test.segments()).hasSize(2);
		assertThat(this.test.log().write(List.of(NumberedBatches.batch(99, 1, 5000)))).isZero();
	}

	@Test
	void aReaderTakesWhatFits() throws IOException {
		this.test.open();
		this.test.append(1, 1, SIZE);
		assertThat(this.test.reader().next(0, 10_000)).isNull();
		assertThat(this.test.reader().next(1, SIZE - 1)).isNull();
		assertThat(this.test.reader().next(1, SIZE)).isNotNull();
	}

	@Test
	void aSettlementHasToAddUp() throws IOException {
		this.test.open();
		this.test.append(1, 1, SIZE);
		SourcedBatch batch = next();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.test.reader().settle(batch, Settlement.delivered(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.test.log().reader("nobody"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.test.log().ledger().of("nobody"));
	}

	@Test
	void whatIsPendingTellsItsAgeAlsoAfterARestart() throws IOException {
		this.test.open();
		long accepted = this.test.time().millis();
		this.test.append(1, 2, SIZE);
		assertThat(this.test.reader().unread().oldestAcceptedAt()).isEqualTo(accepted);
		this.test.time().advance(Duration.ofHours(1));
		this.test.reopen();
		assertThat(this.test.reader().unread().oldestAcceptedAt()).isEqualTo(accepted);
		assertThat(this.test.reader().backlog().oldestAcceptedAt()).isEqualTo(accepted);
	}

	@Test
	void anIdleLogRollsByAgeAndKeepsNothingThatIsDelivered() throws IOException {
		this.test.open();
		this.test.append(1, 2, SIZE);
		assertThat(this.test.deliverAll()).hasSize(2);
		this.test.maintain();
		assertThat(this.test.segments()).hasSize(1);
		assertThat(this.test.log().nanosUntilMaintenance()).isGreaterThan(Duration.ofSeconds(5).toNanos());
		this.test.time().advance(Duration.ofMinutes(10));
		this.test.maintain();
		assertThat(this.test.segments()).isEmpty();
		assertThat(this.test.log().used()).isZero();
		this.test.reopen();
		this.test.append(3, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(3);
		assertThat(this.test.log().ledger().accepted()).isEqualTo(3);
	}

	@Test
	void thereIsSomethingToMaintainAfterAnAppendAndAfterASettlement() throws IOException {
		this.test.open();
		this.test.maintain();
		this.test.append(1, 1, SIZE);
		assertThat(this.test.log().nanosUntilMaintenance()).isEqualTo(Duration.ofSeconds(1).toNanos());
		int syncs = this.disk.count(Operation.SYNC);
		this.test.log().maintain();
		assertThat(this.disk.count(Operation.SYNC)).as("not due").isEqualTo(syncs);
		this.test.maintain();
		assertThat(this.disk.count(Operation.SYNC)).isGreaterThan(syncs);
		assertThat(this.test.log().nanosUntilMaintenance()).isGreaterThan(Duration.ofSeconds(5).toNanos());
		this.test.deliverAll();
		assertThat(this.test.log().nanosUntilMaintenance()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
	}

	@Test
	void deliveredSegmentsStayReadableForAsLongAsConfigured() throws IOException {
		this.test.change((settings) -> TestLog.withKeepDelivered(settings, Duration.ofMinutes(30))).open();
		this.test.append(1, 11, SIZE);
		this.test.deliverAll();
		this.test.time().advance(Duration.ofMinutes(29));
		this.test.maintain();
		assertThat(this.test.segments()).hasSize(3);
		this.test.time().advance(Duration.ofMinutes(1));
		this.test.maintain();
		assertThat(this.test.segments()).isEmpty();
		assertThat(this.test.ledger().lost()).isEmpty();
	}

	@Test
	void whatIsOlderThanTheMaximumAgeGoesAndIsCounted() throws IOException {
		this.test.open();
		this.test.append(1, 10, SIZE);
		this.test.time().advance(Duration.ofHours(20));
		this.test.append(11, 1, SIZE);
		this.test.time().advance(Duration.ofHours(5));
		this.test.maintain();
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_AGE, 10L));
		assertThat(this.test.told()).containsOnly(Map.entry(LossReason.RETENTION_AGE, 10L));
		assertThat(this.test.deliverAll()).containsExactly(11);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T13: fsync fails once under always: what was not synced goes to a new segment")
	void syncFailsOnceUnderAlways() throws IOException {
		this.test.change((settings) -> TestLog.settings(FsyncPolicy.ALWAYS)).open();
		this.test.append(1, 2, SIZE);
		int syncs = this.disk.count(Operation.SYNC);
		this.disk.fail(Operation.SYNC, 1);
		this.test.append(3, 1, SIZE);
		assertThat(this.test.segments()).hasSize(2);
		// The failed one, the header of the new segment, and what is in it: never the
		// first file again.
		assertThat(this.disk.count(Operation.SYNC)).isEqualTo(syncs + 3);
		this.test.append(4, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3, 4);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T13: fsync goes on failing under always: nothing is acknowledged, and nothing wedged")
	void syncGoesOnFailingUnderAlways() throws IOException {
		this.test.change((settings) -> TestLog.settings(FsyncPolicy.ALWAYS)).open();
		this.test.append(1, 2, SIZE);
		this.disk.failAll(Operation.SYNC);
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> this.test.log().write(TestLog.batches(3, 2, SIZE)));
			this.test.log().publish();
		}
		assertThat(this.test.log().ledger().accepted()).isEqualTo(2);
		this.disk.heal();
		this.test.append(3, 1, SIZE);
		this.test.append(4, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3, 4);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T13: under always both attempts to sync fail: the next append uses another segment")
	void bothSyncsFailUnderAlways() throws IOException {
		this.test.change((settings) -> TestLog.settings(FsyncPolicy.ALWAYS)).open();
		this.test.append(1, 2, SIZE);
		this.disk.fail(Operation.SYNC, 1);
		this.disk.fail(Operation.SYNC, 3);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(3, 1, SIZE)));
		this.test.append(3, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T13: what could not be synced, and is in another segment as well, hides nothing there")
	void unsyncedCopiesHideNothing() throws IOException {
		this.test.change((settings) -> TestLog.settings(FsyncPolicy.ALWAYS)).open();
		this.test.append(1, 2, SIZE);
		this.disk.fail(Operation.SYNC, 1);
		assertThat(this.test.log().write(TestLog.batches(3, 2, SIZE))).isEqualTo(2);
		this.test.log().publish();
		this.test.close();
		Path first = this.test.segments().get(0);
		for (int index = 1; index < 3; index++) {
			this.disk.flip(first, SegmentHeader.LENGTH + index * (RecordHeader.LENGTH + SIZE) + 20, 1);
		}
		this.test.open();
		assertThat(this.test.deliverAll()).containsExactly(1, 3, 4);
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.CORRUPT, 1L));
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T13: fsync fails under interval: another segment, and the same file is never synced again")
	void syncFailsUnderInterval() throws IOException {
		this.test.open();
		this.test.append(1, 2, SIZE);
		this.disk.fail(Operation.SYNC, 1);
		this.test.maintain();
		int syncs = this.disk.count(Operation.SYNC);
		this.test.maintain();
		assertThat(this.disk.count(Operation.SYNC)).isEqualTo(syncs);
		this.test.append(3, 1, SIZE);
		assertThat(this.test.segments()).hasSize(2);
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3);
		this.test.assertBalanced();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	@DisplayName("T13: fsync fails again and again under interval: it is told once a minute")
	void syncFailsAgainAndAgainUnderInterval(CapturedOutput output) throws IOException {
		this.test.open();
		for (int i = 0; i < 90; i++) {
			// That of the header of a new segment is the first
			this.disk.fail(Operation.SYNC, 2);
			this.test.append(1 + i, 1, SIZE);
			this.test.maintain();
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("could not be synced"))).hasSize(2)
			.last()
			.asString()
			.contains("60 segments of the log of traces could not be synced", "SYNC of");
	}

	@Test
	@DisplayName("T11: the disk is full: the oldest goes, is counted, and all flows again")
	void diskFullDropsTheOldest() throws IOException {
		this.test.open();
		this.test.append(1, 12, SIZE);
		fillDisk();
		this.test.append(13, 20, SIZE);
		assertThat(this.test.ledger().lost().keySet()).containsExactly(LossReason.RETENTION_SIZE);
		this.disk.heal();
		this.test.append(33, 5, SIZE);
		long lost = this.test.ledger().lost().get(LossReason.RETENTION_SIZE);
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1 + (int) lost, 37 - (int) lost));
		this.test.assertBalanced();
		this.test.reopen();
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T11: the disk is full: new batches are rejected, the tail is trimmed, and all flows again")
	void diskFullRejects() throws IOException {
		this.test.change((settings) -> TestLog.withWhenFull(settings, WhenLogFull.REJECT)).open();
		this.test.append(1, 7, SIZE);
		fillDisk();
		for (int i = 0; i < 3; i++) {
			assertThat(this.test.log().write(TestLog.batches(8, 1, SIZE))).isZero();
			this.test.log().publish();
		}
		assertThat(this.test.log().dropOldest()).isZero();
		this.disk.heal();
		this.test.append(8, 5, SIZE);
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1, 12));
		assertThat(this.test.ledger().lost()).isEmpty();
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T11: segments take every file that the volume has room for: once delivered they go, and all flows again")
	void noMoreFiles() throws IOException {
		this.test.open();
		this.test.append(1, 6, SIZE);
		this.disk.noMoreFiles();
		int first = 1;
		for (int round = 0; round < 3; round++) {
			int last = first + 9;
			this.test.append((round == 0) ? 7 : first, (round == 0) ? 4 : 10, SIZE);
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> this.test.log().write(TestLog.batches(last + 1, 1, SIZE)));
			if (round == 1) {
				// Killed, and the next process has no more room.
				this.disk.restart();
				this.test.release();
				this.test.open();
			}
			assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(first, 10));
			assertThat(this.test.segments()).hasSize(2);
			this.test.maintain();
			assertThat(this.test.segments()).isEmpty();
			first = last + 1;
		}
		assertThat(this.test.ledger().lost()).isEmpty();
		this.test.assertBalanced();
		this.test.reopen();
		assertThat(this.test.log().ledger().accepted()).isEqualTo(30);
		assertThat(this.test.ledger().delivered()).isEqualTo(30);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T11: the very first segment is the last file that the volume has room for: once delivered it goes")
	void noFileAfterTheFirstSegment() throws IOException {
		this.test.open();
		this.test.append(1, 5, SIZE);
		assertThat(this.test.segments()).hasSize(1);
		this.disk.noMoreFiles();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(6, 1, SIZE)));
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1, 5));
		this.test.maintain();
		assertThat(this.test.segments()).isEmpty();
		this.test.append(6, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(6);
	}

	@Test
	@DisplayName("T11: a cursor that could not be saved when the log was opened is saved before the next segment")
	void noFileAfterTheSecondSegment() throws IOException {
		// The first one is the slot's description.
		this.disk.fail(Operation.MOVE, 2);
		this.test.open();
		this.test.append(1, 10, SIZE);
		assertThat(this.test.segments()).hasSize(2);
		this.disk.noMoreFiles();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(11, 1, SIZE)));
		// Saved without anything that could go, and then once more
		SourcedBatch first = next();
		this.test.reader().settle(first, Settlement.delivered(1));
		this.test.maintain();
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(2, 9));
		this.test.maintain();
		assertThat(this.test.segments()).isEmpty();
	}

	@Test
	@DisplayName("T11: low free space with one delivered segment: it makes room under any policy")
	void lowSpaceIsMadeFromTheActiveSegment() throws IOException {
		this.test
			.change((settings) -> TestLog.withMinFreeSpace(TestLog.withWhenFull(settings, WhenLogFull.REJECT), 1 << 20))
			.open();
		this.test.append(1, 2, SIZE);
		this.disk.usableSpace(1000);
		assertThat(this.test.log().write(TestLog.batches(3, 1, SIZE))).as("not delivered").isZero();
		this.test.deliverAll();
		this.test.maintain();
		this.test.append(3, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(3);
		assertThat(this.test.ledger().lost()).isEmpty();
	}

	@Test
	@DisplayName("T12: a write that stops half way leaves a whole record or none")
	void shortWrites() throws IOException {
		this.test.open();
		this.test.append(1, 1, SIZE);
		for (int bytes = 0; bytes < SIZE; bytes += 97) {
			this.disk.shortWrite(1, bytes);
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> this.test.log().write(TestLog.batches(2, 1, SIZE)));
		}
		this.disk.shortWrite(1, 100);
		this.disk.fail(Operation.TRUNCATE, 1);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(2, 1, SIZE)));
		this.test.append(2, 1, SIZE);
		assertThat(this.test.segments()).hasSize(2);
		assertThat(this.test.deliverAll()).containsExactly(1, 2);
		this.test.reopen();
		this.test.assertBalanced();
	}

	@Test
	void aSegmentThatCouldNotBeDeletedIsNotMistakenForItsSuccessor() throws IOException {
		this.test.open();
		this.disk.shortWrite(2, 0);
		this.disk.fail(Operation.TRUNCATE, 1);
		this.disk.fail(Operation.DELETE, 1);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(1, 1, SIZE)));
		this.test.append(1, 1, SIZE);
		this.test.maintain();
		this.test.maintain();
		assertThat(this.test.deliverAll()).containsExactly(1);
		assertThat(this.test.segments()).hasSize(1);
	}

	@Test
	void aSegmentThatCannotBeDeletedIsTriedAgain() throws IOException {
		this.test.open();
		this.test.append(1, 6, SIZE);
		this.test.deliverAll();
		this.disk.fail(Operation.DELETE, 1);
		this.test.maintain();
		assertThat(this.test.segments()).hasSize(2);
		assertThat(this.test.log().nanosUntilMaintenance()).isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
		this.test.maintain();
		assertThat(this.test.segments()).hasSize(1);
	}

	@Test
	@DisplayName("T15: no more files can be opened: nothing is lost, and reading and writing resume")
	void tooManyOpenFiles() throws IOException {
		this.test.open();
		this.test.append(1, 5, SIZE);
		this.disk.failAll(Operation.OPEN);
		assertThat(this.test.reader().next(10, 10_000)).isNull();
		assertThat(this.test.reader().unread().isEmpty()).as("nobody tries in vain").isTrue();
		assertThat(this.test.reader().backlog().items()).isEqualTo(5);
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(6, 1, SIZE)));
		this.test.time().advance(Duration.ofSeconds(1));
		assertThat(this.test.log().maintain()).as("a reader may try again").isTrue();
		assertThat(this.test.reader().next(10, 10_000)).isNull();
		this.disk.heal();
		this.test.maintain();
		this.test.append(6, 1, SIZE);
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1, 6));
		assertThat(this.test.ledger().lost()).isEmpty();
	}

	@Test
	@DisplayName("T15: no more files can be opened at the start: the log opens later, with all that is in it")
	void tooManyOpenFilesAtTheStart() throws IOException {
		this.test.open();
		this.test.append(1, 7, SIZE);
		this.test.close();
		for (int i = 1; i < 5; i++) {
			this.disk.fail(Operation.OPEN, i + 1);
			try {
				this.test.open();
			}
			catch (IOException ex) {
				assertThat(ex).hasMessageContaining("OPEN");
			}
			this.test.close();
			this.disk.heal();
		}
		this.test.open();
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1, 7));
	}

	@Test
	@DisplayName("T16: a dead collector cannot fill the disk: quota and one segment, at every step")
	void neverTakesMoreThanTheQuota() throws IOException {
		int quota = 8 << 20;
		int segment = 2 << 20;
		this.test.change((settings) -> TestLog.withSize(settings, quota, segment)).open();
		int size = 64 * 1024;
		SourcedBatch held = null;
		for (int id = 1; id <= 80 << 20 >> 16; id++) {
			this.test.append(id, 1, size);
			long onDisk = 0;
			for (Path file : this.test.segments()) {
				onDisk += this.disk.contents(file).length;
			}
			assertThat(onDisk).isLessThanOrEqualTo(quota + segment).isEqualTo(this.test.log().used());
			held = (held != null) ? held : this.test.reader().next(10, size);
		}
		long lost = this.test.ledger().lost().get(LossReason.RETENTION_SIZE);
		assertThat(lost).isGreaterThan(1280 - 128);
		assertThat(this.test.deliverAll()).hasSize(1280 - 1 - (int) lost).endsWith(1280);
		this.test.assertBalanced();
		this.test.reopen();
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("A record that only a newer release can read is held, and what comes after it waits")
	void holdsWhatItDoesNotKnow() throws IOException {
		this.test.open();
		this.test.append(1, 3, SIZE);
		this.test.close();
		changeType(this.test.segments().get(0), 1);
		this.test.open();
		assertThat(this.test.deliverAll()).containsExactly(1);
		assertThat(this.test.reader().isHeld()).isTrue();
		assertThat(this.test.reader().unread().isEmpty()).isTrue();
		assertThat(this.test.ledger().lost()).isEmpty();
		assertThat(this.test.ledger().pending().items()).isEqualTo(2);
		this.test.append(4, 1, SIZE);
		assertThat(this.test.deliverAll()).isEmpty();
		this.test.assertBalanced();
		this.test.time().advance(Duration.ofHours(20));
		this.test.append(5, 6, SIZE);
		this.test.time().advance(Duration.ofHours(5));
		this.test.maintain();
		assertThat(this.test.reader().isHeld()).as("retention has passed over it").isFalse();
		assertThat(this.test.deliverAll()).endsWith(10);
		assertThat(this.test.ledger().lost().keySet()).containsExactly(LossReason.RETENTION_AGE);
		this.test.assertBalanced();
	}

	@Test
	void reservedSpaceIsLeftToOthers() throws IOException {
		this.test.open();
		assertThat(this.test.log().hasRoom()).isTrue();
		this.test.log().reserve((1 << 20) - 4096 + 1);
		assertThat(this.test.log().hasRoom()).isFalse();
		this.test.log().reserve((1 << 20) - 4096);
		assertThat(this.test.log().hasRoom()).isTrue();
	}

	@Test
	void theOldestIsGivenUpAlsoIfItIsTheActiveOne() throws IOException {
		this.test.open();
		this.test.append(1, 7, SIZE);
		assertThat(this.test.log().dropOldest()).isGreaterThan(5 * SIZE);
		assertThat(this.test.log().dropOldest()).isGreaterThan(2 * SIZE);
		assertThat(this.test.log().dropOldest()).isZero();
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 7L));
		this.test.append(8, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(8);
		this.test.assertBalanced();
	}

	@Test
	void aLogThatIsEmptyKnowsItsEndWhileBatchesAreInFlight() throws IOException {
		this.test.open();
		this.test.append(1, 7, SIZE);
		next();
		this.test.log().dropOldest();
		this.test.log().dropOldest();
		assertThat(this.test.log().used()).isZero();
		for (int i = 0; i < 2; i++) {
			// Killed.
			this.disk.restart();
			this.test.release();
			this.test.open();
			assertThat(this.test.log().ledger().accepted()).isEqualTo(7);
			assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 7L));
		}
		this.test.reopen();
		this.test.append(8, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(8);
		assertThat(this.test.log().ledger().accepted()).isEqualTo(8);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("What is in flight at the end and has left the log is counted then, and nothing twice at the next start")
	void whatIsInFlightAtTheEndAndHasLeftTheLogIsCounted() throws IOException {
		this.test.open();
		this.test.append(1, 15, SIZE);
		next();
		assertThat(this.test.log().dropOldest()).isPositive();
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 4L));
		this.test.close();
		assertThat(this.test.told()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 5L));
		this.test.open();
		assertThat(this.test.told()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 5L));
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 5L));
		this.test.assertBalanced();
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(6, 10));
	}

	@Test
	@DisplayName("T11: nothing is dropped for a batch for which there would be no room even then")
	void nothingIsDroppedInVain() throws IOException {
		this.test.change((settings) -> TestLog.withMinFreeSpace(settings, 1 << 20)).open();
		this.test.append(1, 1, SIZE);
		this.disk.usableSpace(1 << 19);
		assertThat(this.test.log().write(List.of(NumberedBatches.batch(2, 1, 4 * SIZE)))).isZero();
		assertThat(this.test.ledger().lost()).isEmpty();
		assertThat(this.test.deliverAll()).containsExactly(1);
	}

	@Test
	@DisplayName("T8: a foreign file with the highest number there is does not end the log")
	void aForeignFileOfTheHighestNumberDoesNotEndTheLog() throws IOException {
		this.test.open();
		this.test.append(1, 1, SIZE);
		this.test.close();
		Path foreign = this.test.directory().resolve(SegmentName.of(Long.MAX_VALUE));
		this.disk.put(foreign, new byte[1000]);
		this.test.open();
		this.test.append(2, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(1, 2);
		this.test.assertBalanced();
		assertThat(this.disk.exists(foreign)).isTrue();
	}

	/**
	 * Make a record one of an unknown type, with a codec.
	 */
	private void changeType(Path file, int index) {
		byte[] bytes = this.disk.contents(file);
		int offset = SegmentHeader.LENGTH + index * (RecordHeader.LENGTH + SIZE);
		SegmentIdentity identity = new SegmentIdentity(this.test.logId(), Signal.TRACES, 1);
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		RecordHeader header = RecordHeader.decode(buffer.position(offset), identity);
		assertThat(header).isNotNull();
		new RecordHeader(9, header.signal(), 3, header.payloadLength(), header.items(), header.firstItem(),
				header.sequence(), header.acceptedAt(), header.payloadChecksum())
			.encode(buffer.position(offset), identity);
		this.disk.put(file, bytes);
	}

	// Another process did it, at the moment of the write.
	private void fillDisk() {
		AtomicBoolean full = new AtomicBoolean();
		this.disk.hook((operation, path) -> {
			if (operation == Operation.WRITE && full.compareAndSet(false, true)) {
				this.disk.noSpaceAfter(300);
			}
		});
	}

	private SourcedBatch next() {
		SourcedBatch batch = this.test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
		assertThat(batch).isNotNull();
		return batch;
	}

}
