package io.github.otlpboot.buffer;

import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MemoryLedger}.
 */
class MemoryLedgerTests {

	private static final Map<RefusalReason, Long> REFUSED = Map.of(RefusalReason.BUFFER_FULL, 2L, RefusalReason.CLOSED,
			3L);

	private static final Map<LossReason, Long> LOST = Map.of(LossReason.OVERFLOW, 4L, LossReason.SHUTDOWN, 5L);

	private static final Backlog PENDING = new Backlog(1, 6, 60, 1);

	@Test
	void balancesIfBothEquationsHold() {
		MemoryLedger ledger = new MemoryLedger(25, 20, REFUSED, 5, LOST, PENDING);
		assertThat(ledger.refusedItems()).isEqualTo(5);
		assertThat(ledger.lostItems()).isEqualTo(9);
		assertThat(ledger.isBalanced()).isTrue();
	}

	@Test
	void doesNotBalanceIfAnItemIsMissingOrTooMany() {
		assertThat(new MemoryLedger(26, 20, REFUSED, 5, LOST, PENDING).isBalanced()).isFalse();
		assertThat(new MemoryLedger(25, 20, REFUSED, 4, LOST, PENDING).isBalanced()).isFalse();
		assertThat(new MemoryLedger(24, 19, REFUSED, 5, LOST, PENDING).isBalanced()).isFalse();
		assertThat(new MemoryLedger(25, 20, REFUSED, 5, Map.of(), PENDING).isBalanced()).isFalse();
	}

}
