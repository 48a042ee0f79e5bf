package io.github.otlpboot.model;

/**
 * A kind of telemetry that OTLP carries. What is counted of it, and where it goes at an
 * OTLP/HTTP server, follow from the OTLP specification (OTLP/HTTP request).
 */
public enum Signal {

	/**
	 * Spans.
	 */
	TRACES("traces", "spans"),

	/**
	 * Metric data points.
	 */
	METRICS("metrics", "data points"),

	/**
	 * Log records.
	 */
	LOGS("logs", "log records");

	private final String id;

	private final String itemName;

	Signal(String id, String itemName) {
		this.id = id;
		this.itemName = itemName;
	}

	/**
	 * Return the lower-case name used in configuration, tags, and file names, and as the
	 * last segment of the default path ({@code /v1/traces}).
	 * @return the identifier, such as {@code traces}
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return what one item of this signal is called in a sentence.
	 * @return the plural name, such as {@code spans}
	 */
	public String itemName() {
		return this.itemName;
	}

	/**
	 * Return a number of items as a sentence has it.
	 * @param count the number of items
	 * @return such as {@code 1 span} or {@code 2 spans}
	 */
	public String items(long count) {
		String name = (count == 1) ? this.itemName.substring(0, this.itemName.length() - 1) : this.itemName;
		return count + " " + name;
	}

}
