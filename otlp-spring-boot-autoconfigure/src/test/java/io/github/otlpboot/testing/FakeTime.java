package io.github.otlpboot.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time that passes only when a test says so: a wall clock and an elapsed-time source that
 * advance together, and a wall clock that can be set on its own, as operators do.
 * Thread-safe.
 */
public final class FakeTime {

	/**
	 * Where the wall clock starts.
	 */
	public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final AtomicLong nanos;

	/**
	 * The wall clock, in nanoseconds since {@link #START}.
	 */
	private final AtomicLong wall = new AtomicLong();

	/**
	 * Create a time whose elapsed-time source starts just below the overflow, which
	 * {@link System#nanoTime()} may do as well.
	 */
	public FakeTime() {
		this(Long.MAX_VALUE - 1_000);
	}

	/**
	 * Create a time.
	 * @param nanos where the elapsed-time source starts
	 */
	public FakeTime(long nanos) {
		this.nanos = new AtomicLong(nanos);
	}

	/**
	 * Let time pass on both clocks.
	 * @param duration how much
	 */
	public void advance(Duration duration) {
		this.wall.addAndGet(duration.toNanos());
		this.nanos.addAndGet(duration.toNanos());
	}

	/**
	 * Set the wall clock forward or back while no time passes.
	 * @param duration by how much, negative for back
	 */
	public void jumpWallClock(Duration duration) {
		this.wall.addAndGet(duration.toNanos());
	}

	/**
	 * Return the wall clock's time.
	 * @return the time in milliseconds since the epoch
	 */
	public long millis() {
		return START.plusNanos(this.wall.get()).toEpochMilli();
	}

	/**
	 * Return the wall clock.
	 * @return a live view
	 */
	public Clock clock() {
		return new WallClock(ZoneOffset.UTC);
	}

	/**
	 * Return the source of elapsed time.
	 * @return a live view
	 */
	public LongSupplier nanos() {
		return this.nanos::get;
	}

	private final class WallClock extends Clock {

		private final ZoneId zone;

		private WallClock(ZoneId zone) {
			this.zone = zone;
		}

		@Override
		public ZoneId getZone() {
			return this.zone;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return new WallClock(zone);
		}

		@Override
		public Instant instant() {
			return START.plusNanos(FakeTime.this.wall.get());
		}

	}

}
