package io.github.otlpboot.exporter;

/**
 * Sets the temporality of metrics in code: a bean of this type has the last word, after
 * all properties, on the metrics of the OpenTelemetry SDK and of Micrometer alike. Where
 * there are several, each is given what the one before it has answered.
 */
@FunctionalInterface
public interface TemporalityCustomizer {

	/**
	 * Decide on the temporality.
	 * @param temporality what is configured, or what another customizer has decided
	 * @return the temporality to use
	 */
	Temporality customize(Temporality temporality);

}
