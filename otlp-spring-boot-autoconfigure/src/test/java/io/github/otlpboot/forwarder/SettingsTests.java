package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.List;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the settings of routes: each names the argument that is wrong.
 */
class SettingsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void batchSettingsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchSettings(0, 1, SECOND))
			.withMessage("'maxItems' must be at least 1, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchSettings(1, -1, SECOND))
			.withMessage("'maxBytes' must be at least 1, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchSettings(1, 1, SECOND.negated()))
			.withMessageContaining("'maxDelay'");
		assertThat(BatchSettings.DEFAULTS).isEqualTo(new BatchSettings(8192, 3 << 20, Duration.ofMillis(200)));
	}

	@Test
	void retrySettingsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RetrySettings(Duration.ZERO, SECOND, 1.5, 0.5))
			.withMessageContaining("'initialInterval'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(SECOND, Duration.ofMillis(999), 1.5, 0.5))
			.withMessageContaining("'maxInterval'");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetrySettings(SECOND, SECOND, 0.9, 0.5))
			.withMessageContaining("'multiplier'");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetrySettings(SECOND, SECOND, 1.5, 1.1))
			.withMessageContaining("'jitter'");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetrySettings(SECOND, SECOND, 1.5, Double.NaN))
			.withMessageContaining("'jitter'");
	}

	@Test
	void routeSettingsAreChecked() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RouteSettings(BatchSettings.DEFAULTS, RetrySettings.DEFAULTS, Duration.ZERO, 1,
					LossReason.SHUTDOWN))
			.withMessageContaining("'timeout'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RouteSettings(BatchSettings.DEFAULTS, RetrySettings.DEFAULTS, SECOND, 0, null))
			.withMessageContaining("'maxInFlight'");
	}

	@Test
	void requestHasAtLeastOnePart() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SendRequest(Signal.TRACES, List.of(), 0))
			.withMessageContaining("'parts'");
		SendRequest request = new SendRequest(Signal.TRACES, List.of(Payload.of(new byte[3]), Payload.of(new byte[4])),
				2);
		assertThat(request.size()).isEqualTo(7);
	}

	@Test
	void messageOfAFailureIsCleanAndShort() {
		SendFailure failure = new SendFailure(SendFailure.Kind.OTHER, null, " a\r\nb\u0000" + "x".repeat(500), false);
		assertThat(failure.message()).startsWith("a  b x").hasSizeLessThanOrEqualTo(SendFailure.MAX_MESSAGE_LENGTH);
	}

	@Test
	void jitterSpreadsTheWait() {
		// T30
		RetrySettings settings = new RetrySettings(Duration.ofSeconds(10), Duration.ofSeconds(30), 1.5, 0.5);
		assertThat(new Backoff(settings, () -> 0).next()).isEqualTo(Duration.ofSeconds(5).toNanos());
		assertThat(new Backoff(settings, () -> 1).next()).isEqualTo(Duration.ofSeconds(15).toNanos());
		Backoff backoff = new Backoff(settings, () -> 0.5);
		assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(10).toNanos());
		assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(15).toNanos());
		assertThat(backoff.next()).isEqualTo(Duration.ofMillis(22_500).toNanos());
		assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30).toNanos());
		assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30).toNanos());
		backoff.reset();
		assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(10).toNanos());
	}

	@Test
	void listenerNeedNotCareForEverything() {
		RouteListener listener = new RouteListener() {
		};
		listener.onAttempt(null, new SendResult.Accepted(), 0);
		listener.onStateChange(null, RouteState.IDLE, RouteState.PAUSED);
		listener.onLoss(null, 1, LossReason.REJECTED);
		assertThat(new SendResult.Accepted().failure()).isNull();
	}

}
