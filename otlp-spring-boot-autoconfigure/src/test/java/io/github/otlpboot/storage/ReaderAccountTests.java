package io.github.otlpboot.storage;

import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ReaderAccount}. Record {@code n} holds {@code n} items and takes 100
 * bytes.
 */
class ReaderAccountTests {

	private static final int FRAME = 100;

	private final ReaderAccount account = new ReaderAccount(Cursor.START);

	@Test
	void theCursorFollowsTheSettledPrefix() {
		giveOut(3);
		this.account.settle(2, Settlement.delivered(2));
		assertThat(this.account.cursor().acknowledged()).isZero();
		this.account.settle(3, Settlement.delivered(3));
		assertThat(this.account.cursor().acknowledged()).isZero();
		this.account.settle(1, Settlement.delivered(1));
		assertThat(this.account.cursor()).isEqualTo(new Cursor(3, 1, 1300, 6, 300, 6, Map.of()));
	}

	@Test
	void whatIsSettledAheadIsNotPending() {
		giveOut(3);
		this.account.settle(2, Settlement.delivered(2));
		assertThat(this.account.pending(position(5))).isEqualTo(new Backlog(3, 1 + 3 + 4, 300, 1001));
		assertThat(this.account.unread(position(5))).isEqualTo(new Backlog(1, 4, 100, 1003));
	}

	@Test
	void theOldestPendingIsTheOldestUnsettled() {
		giveOut(3);
		this.account.settle(1, Settlement.delivered(1));
		assertThat(this.account.pending(position(4)).oldestAcceptedAt()).isEqualTo(1002);
	}

	@Test
	void losesCountOnceAndByReason() {
		giveOut(3);
		this.account.settle(1, new Settlement(0, Map.of(LossReason.REJECTED, 1)));
		this.account.settle(3, new Settlement(1, Map.of(LossReason.PARTIAL_SUCCESS, 2)));
		assertThat(this.account.lose(position(6), LossReason.RETENTION_SIZE)).isEqualTo(9);
		assertThat(this.account.lose(position(6), LossReason.RETENTION_SIZE)).isZero();
		assertThat(this.account.lose(position(2), LossReason.RETENTION_SIZE)).isZero();
		LogLedger.DestinationLedger ledger = this.account.ledger("default", position(7));
		assertThat(ledger.delivered()).isOne();
		assertThat(ledger.lost()).containsOnly(Map.entry(LossReason.REJECTED, 1L),
				Map.entry(LossReason.PARTIAL_SUCCESS, 2L), Map.entry(LossReason.RETENTION_SIZE, 9L));
		assertThat(ledger.pending().items()).isEqualTo(2 + 6);
		assertThat(ledger.pending().batches()).isEqualTo(2);
		assertThat(this.account.cursor().acknowledged()).isOne();
		assertThat(this.account.cursor().lost()).containsOnly(Map.entry(LossReason.REJECTED, 1L));
		this.account.settle(2, Settlement.delivered(2));
		assertThat(this.account.cursor().acknowledged()).isEqualTo(5);
		assertThat(this.account.cursor().items()).isEqualTo(15);
		assertThat(this.account.cursor().delivered()).isEqualTo(3);
		assertThat(this.account.cursor().lost()).isEqualTo(ledger.lost());
	}

	@Test
	void whatIsInFlightStaysPendingWhenItsSegmentGoes() {
		giveOut(2);
		assertThat(this.account.lose(position(4), LossReason.RETENTION_AGE)).isEqualTo(3);
		assertThat(this.account.pending(position(4)).items()).isEqualTo(3);
		this.account.settle(1, Settlement.delivered(1));
		this.account.settle(2, Settlement.delivered(2));
		assertThat(this.account.pending(position(4))).isEqualTo(Backlog.EMPTY);
	}

	@Test
	void goesOnFromACursor() {
		ReaderAccount later = new ReaderAccount(new Cursor(3, 1, 1300, 6, 300, 4, Map.of(LossReason.CORRUPT, 2L)));
		assertThat(later.position()).isEqualTo(position(4));
		LogLedger.DestinationLedger ledger = later.ledger("default", position(5));
		assertThat(ledger.delivered()).isEqualTo(4);
		assertThat(ledger.lost()).containsOnly(Map.entry(LossReason.CORRUPT, 2L));
		assertThat(ledger.pending().items()).isEqualTo(4);
	}

	@Test
	void settlesNothingTwiceAndNothingThatWasNotGivenOut() {
		giveOut(2);
		this.account.settle(2, Settlement.delivered(2));
		assertThatIllegalStateException().isThrownBy(() -> this.account.settle(2, Settlement.delivered(2)));
		assertThatIllegalStateException().isThrownBy(() -> this.account.settle(3, Settlement.delivered(3)));
		this.account.settle(1, Settlement.delivered(1));
		assertThatIllegalStateException().isThrownBy(() -> this.account.settle(1, Settlement.delivered(1)));
		assertThat(this.account.ledger("default", position(3)).delivered()).isEqualTo(3);
	}

	private void giveOut(int count) {
		for (int sequence = 1; sequence <= count; sequence++) {
			RecordHeader header = new RecordHeader(RecordHeader.REQUEST, Signal.TRACES, 0, FRAME - RecordHeader.LENGTH,
					sequence, position(sequence).item(), sequence, 1000 + sequence, 0);
			this.account.giveOut(header, 1, 1000 + (long) FRAME * sequence);
		}
	}

	private static LogPosition position(long sequence) {
		return new LogPosition(sequence, sequence * (sequence - 1) / 2, FRAME * (sequence - 1));
	}

}
