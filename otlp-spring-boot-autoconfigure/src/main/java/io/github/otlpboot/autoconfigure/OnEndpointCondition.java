package io.github.otlpboot.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Matches if any source of configuration names a place to send telemetry to.
 */
final class OnEndpointCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final List<String> OURS = List.of("otlp.forwarder.endpoint", "otlp.forwarder.traces.endpoint");

	private static final String MANAGEMENT = "management.opentelemetry.tracing.export.otlp.";

	private static final String CONNECTION_DETAILS = "org.springframework.boot.micrometer.tracing.opentelemetry"
			+ ".autoconfigure.otlp.OtlpTracingConnectionDetails";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("OTLP endpoint");
		if (isConfigured(context.getEnvironment())) {
			return ConditionOutcome.match(message.foundExactly("property"));
		}
		if (!isGrpc(context.getEnvironment()) && hasConnectionDetails(context)) {
			return ConditionOutcome.match(message.foundExactly("connection details"));
		}
		return ConditionOutcome.noMatch(message.didNotFind("property").items(OURS));
	}

	/**
	 * Return whether properties alone name a place.
	 * @param environment the environment
	 * @return {@code true} if one of them does
	 */
	static boolean isConfigured(Environment environment) {
		return OURS.stream().anyMatch((property) -> isSet(environment, property))
				|| (!isGrpc(environment) && isSet(environment, MANAGEMENT + "endpoint"));
	}

	// Where Spring Boot is told to speak gRPC, which the pipeline does not yet, its own
	// exporter stays in charge.
	private static boolean isGrpc(Environment environment) {
		return "grpc".equalsIgnoreCase(environment.getProperty(MANAGEMENT + "transport"));
	}

	private static boolean isSet(Environment environment, String property) {
		return StringUtils.hasText(environment.getProperty(property));
	}

	private static boolean hasConnectionDetails(ConditionContext context) {
		ClassLoader classLoader = context.getClassLoader();
		if (context.getBeanFactory() == null || !ClassUtils.isPresent(CONNECTION_DETAILS, classLoader)) {
			return false;
		}
		Class<?> type = ClassUtils.resolveClassName(CONNECTION_DETAILS, classLoader);
		return context.getBeanFactory().getBeanNamesForType(type, true, false).length > 0;
	}

}
