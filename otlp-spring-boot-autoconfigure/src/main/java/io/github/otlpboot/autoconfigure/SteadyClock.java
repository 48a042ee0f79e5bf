package io.github.otlpboot.autoconfigure;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * Starts with the time of another clock and goes on by elapsed time: if someone sets the
 * system's clock, stored data neither expires at once nor lives for ever. Immutable and
 * thread-safe.
 */
final class SteadyClock extends Clock {

	private final Clock clock;

	private final LongSupplier nanos;

	private final Instant start;

	private final long startNanos;

	SteadyClock(Clock clock, LongSupplier nanos) {
		this(clock, nanos, clock.instant(), nanos.getAsLong());
	}

	private SteadyClock(Clock clock, LongSupplier nanos, Instant start, long startNanos) {
		this.clock = clock;
		this.nanos = nanos;
		this.start = start;
		this.startNanos = startNanos;
	}

	@Override
	public Instant instant() {
		return this.start.plusNanos(this.nanos.getAsLong() - this.startNanos);
	}

	@Override
	public ZoneId getZone() {
		return this.clock.getZone();
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return new SteadyClock(this.clock.withZone(zone), this.nanos, this.start, this.startNanos);
	}

}
