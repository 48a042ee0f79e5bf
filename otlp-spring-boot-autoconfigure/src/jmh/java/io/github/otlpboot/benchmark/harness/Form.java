package io.github.otlpboot.benchmark.harness;

/**
 * How long to measure.
 */
public enum Form {

	/**
	 * Everything once, as briefly as possible, to see that it works. Its figures mean
	 * nothing and are not kept.
	 */
	SMOKE,

	/**
	 * Long enough for figures.
	 */
	FULL

}
