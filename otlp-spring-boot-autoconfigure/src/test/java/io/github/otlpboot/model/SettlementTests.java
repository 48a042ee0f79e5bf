package io.github.otlpboot.model;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Settlement}.
 */
class SettlementTests {

	@Test
	void accountsForDeliveredAndLostItems() {
		Settlement settlement = new Settlement(5, Map.of(LossReason.REJECTED, 2, LossReason.PARTIAL_SUCCESS, 1));
		assertThat(settlement.items()).isEqualTo(8);
	}

	@Test
	void whenDeliveredWholeNothingIsLost() {
		assertThat(Settlement.delivered(4)).isEqualTo(new Settlement(4, Map.of()));
	}

	@Test
	void whenLostWholeNothingIsDelivered() {
		assertThat(Settlement.lost(4, LossReason.SHUTDOWN))
			.isEqualTo(new Settlement(0, Map.of(LossReason.SHUTDOWN, 4)));
		assertThat(Settlement.lost(0, LossReason.SHUTDOWN).items()).isZero();
	}

	@Test
	void keepsItsLossesWhenTheMapChanges() {
		Map<LossReason, Integer> lost = new HashMap<>(Map.of(LossReason.OVERFLOW, 1));
		Settlement settlement = new Settlement(0, lost);
		lost.put(LossReason.OVERFLOW, 9);
		assertThat(settlement.items()).isEqualTo(1);
	}

	@Test
	void whenCountIsNotPositiveThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Settlement(-1, Map.of()))
			.withMessageContaining("'delivered'");
		assertThatIllegalArgumentException().isThrownBy(() -> new Settlement(0, Map.of(LossReason.CORRUPT, 0)))
			.withMessageContaining("corrupt");
	}

}
