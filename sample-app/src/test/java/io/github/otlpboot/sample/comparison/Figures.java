package io.github.otlpboot.sample.comparison;

import java.time.Duration;

/**
 * What one starter did.
 *
 * @param burst spans made flat out
 * @param outage spans made while the collector was away
 * @param kill spans made by an application that was killed
 * @param request a few spans in one request
 */
record Figures(Burst burst, Outage outage, Kill kill, Request request) {

	/**
	 * A burst.
	 *
	 * @param made the spans made
	 * @param making how long the thread that made them took
	 * @param arrived the different spans that the collector has after the application has
	 * closed
	 */
	record Burst(int made, Duration making, long arrived) {

	}

	/**
	 * An outage.
	 *
	 * @param made the spans made while the collector was away
	 * @param arrived the different spans that the collector has in the end
	 * @param catchingUp the time from the return of the collector to the last of them
	 */
	record Outage(int made, long arrived, Duration catchingUp) {

	}

	/**
	 * A kill while the collector was away.
	 *
	 * @param made the spans made before
	 * @param arrived the different spans that the collector has after the application was
	 * started again
	 */
	record Kill(int made, long arrived) {

	}

	/**
	 * Requests as the collector reads them.
	 *
	 * @param spans the spans that arrived
	 * @param requests how many requests they took
	 * @param resources how many times those name a resource
	 * @param bytes their length before compression
	 */
	record Request(long spans, long requests, long resources, long bytes) {

	}

}
