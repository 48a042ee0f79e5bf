package io.github.otlpboot.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * Matches if any source of configuration names a place to send telemetry to.
 */
final class OnEndpointCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final Map<Signal, String> CONNECTION_DETAILS = Map.of(Signal.TRACES,
			"org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails",
			Signal.METRICS,
			"org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails",
			Signal.LOGS,
			"org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingConnectionDetails");

	/**
	 * Connection details that are there without anybody having configured anything: the
	 * one that Spring Boot makes of properties, and ours.
	 */
	private static final List<String> DEFAULT_DETAILS = List.of("otlpMetricsConnectionDetails",
			"otlpPipelineMetricsConnectionDetails");

	private static final String OWN_PIPELINE = "otlpPipeline";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("OTLP endpoint");
		Map<String, @Nullable Object> attributes = metadata
			.getAnnotationAttributes(ConditionalOnSignalEndpoint.class.getName());
		Object named = (attributes != null) ? attributes.get("value") : null;
		Signal[] signals = (named != null) ? (Signal[]) named : Signal.values();
		for (Signal signal : signals) {
			if (EndpointProperties.areSet(context.getEnvironment(), signal)) {
				return ConditionOutcome.match(message.foundExactly("property for " + signal.id()));
			}
			if (hasConnectionDetails(context, signal)) {
				return ConditionOutcome.match(message.foundExactly("connection details for " + signal.id()));
			}
		}
		if (named != null && hasForeignPipeline(context.getBeanFactory())) {
			return ConditionOutcome.match(message.foundExactly("pipeline of the user"));
		}
		return ConditionOutcome.noMatch(message.didNotFind("property").items(EndpointProperties.ours(signals[0])));
	}

	private static boolean hasConnectionDetails(ConditionContext context, Signal signal) {
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		String className = CONNECTION_DETAILS.getOrDefault(signal, "");
		if (beanFactory == null || EndpointProperties.isOutOfReach(context.getEnvironment(), signal)
				|| !ClassUtils.isPresent(className, context.getClassLoader())) {
			return false;
		}
		Class<?> type = ClassUtils.resolveClassName(className, context.getClassLoader());
		return Arrays.stream(beanFactory.getBeanNamesForType(type, true, false))
			.anyMatch((name) -> !DEFAULT_DETAILS.contains(name));
	}

	private static boolean hasForeignPipeline(@Nullable ConfigurableListableBeanFactory beanFactory) {
		return beanFactory != null && Arrays.stream(beanFactory.getBeanNamesForType(Pipeline.class, true, false))
			.anyMatch((name) -> !OWN_PIPELINE.equals(name));
	}

}
