package io.github.otlpboot.model;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Signal}, {@link RefusalReason}, and {@link LossReason}, whose names
 * are part of configuration, file names, and meters.
 */
class SignalTests {

	@Test
	void signalsHaveTheNamesOfTheirPaths() {
		assertThat(Signal.values()).extracting(Signal::id).containsExactly("traces", "metrics", "logs");
		assertThat(Signal.values()).extracting(Signal::itemName).containsExactly("spans", "data points", "log records");
	}

	@Test
	void oneItemIsSingular() {
		assertThat(Signal.values()).extracting((signal) -> signal.items(1))
			.containsExactly("1 span", "1 data point", "1 log record");
		assertThat(Signal.LOGS.items(0)).isEqualTo("0 log records");
		assertThat(Signal.LOGS.items(1001)).isEqualTo("1001 log records");
	}

	@Test
	void refusalReasonsHaveTheNamesOfTheirTags() {
		assertThat(RefusalReason.values()).extracting(RefusalReason::id)
			.containsExactly("buffer_full", "log_full", "too_large", "closed", "queue_full");
	}

	@Test
	void lossReasonsHaveTheNamesOfTheirTags() {
		assertThat(LossReason.values()).extracting(LossReason::id)
			.containsExactly("retention_size", "retention_age", "corrupt", "unsynced", "rejected", "partial_success",
					"overflow", "shutdown");
	}

}
