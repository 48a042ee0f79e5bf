package io.github.otlpboot.exporter;

/**
 * Whether a metric tells what happened since the start or since the last export
 * (OpenTelemetry specification, metrics exporter OTLP, temporality preference).
 */
public enum Temporality {

	/**
	 * Every instrument counts since the start.
	 */
	CUMULATIVE,

	/**
	 * Counters, asynchronous counters and histograms count since the last export, the
	 * others since the start.
	 */
	DELTA,

	/**
	 * Synchronous counters and histograms count since the last export, the others since
	 * the start: what takes the SDK the least memory. Micrometer, which cannot tell
	 * instruments apart, uses delta for all of its own.
	 */
	LOWMEMORY

}
