package io.github.otlpboot.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The clock of the machine, as if somebody had set it. Thread-safe.
 */
public final class JumpingClock extends Clock {

	private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

	private final Clock clock = Clock.systemUTC();

	/**
	 * Set the clock.
	 * @param duration how far ahead of the machine's it is, negative for behind
	 */
	public void jump(Duration duration) {
		this.ahead.set(duration);
	}

	@Override
	public Instant instant() {
		return this.clock.instant().plus(this.ahead.get());
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
