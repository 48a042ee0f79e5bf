package io.github.otlpboot.autoconfigure.metrics;

import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;

/**
 * Customizes the meter provider that the starter makes where the application has none:
 * views, another reader, an exemplar filter. Applied last, in order.
 */
@FunctionalInterface
public interface SdkMeterProviderBuilderCustomizer {

	/**
	 * Customize the builder.
	 * @param builder the builder, with resource and reader already set
	 */
	void customize(SdkMeterProviderBuilder builder);

}
