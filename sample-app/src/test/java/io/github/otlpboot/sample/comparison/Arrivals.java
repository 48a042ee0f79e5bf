package io.github.otlpboot.sample.comparison;

import java.time.Duration;

import io.github.otlpboot.sample.collector.EmbeddedCollector;

/**
 * Watches a collector until nothing more arrives. Not thread-safe.
 */
final class Arrivals {

	private final EmbeddedCollector collector;

	private final long start = System.nanoTime();

	private long spans;

	private long last = this.start;

	/**
	 * Begin to watch.
	 * @param collector the collector
	 */
	Arrivals(EmbeddedCollector collector) {
		this.collector = collector;
	}

	/**
	 * Look again.
	 * @param expected how many different spans can arrive at most
	 * @param quiet how long nothing has to arrive to say that nothing will
	 * @return whether that is all
	 */
	boolean ended(long expected, Duration quiet) {
		long now = System.nanoTime();
		long found = this.collector.status().distinctSpans();
		if (found != this.spans) {
			this.spans = found;
			this.last = now;
		}
		return found >= expected || now - this.last > quiet.toNanos();
	}

	/**
	 * Return when a span arrived last.
	 * @return the time since this began to watch
	 */
	Duration last() {
		return Duration.ofNanos(this.last - this.start);
	}

}
