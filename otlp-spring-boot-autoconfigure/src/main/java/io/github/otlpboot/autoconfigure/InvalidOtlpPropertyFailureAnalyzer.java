package io.github.otlpboot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Says which property ends start-up, with what value, where it was set, and what to do.
 */
final class InvalidOtlpPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidOtlpPropertyException> {

	private final @Nullable Environment environment;

	InvalidOtlpPropertyFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidOtlpPropertyException cause) {
		StringBuilder description = new StringBuilder("The configuration of the OTLP pipeline is not valid:\n\n");
		description.append("    Property: ").append(cause.property()).append('\n');
		description.append("    Value: ")
			.append((cause.value() != null) ? "\"" + cause.value() + "\"" : "(not shown)")
			.append('\n');
		Origin origin = origin(cause.property());
		if (origin != null) {
			description.append("    Origin: ").append(origin).append('\n');
		}
		description.append("    Reason: it ").append(cause.reason()).append('\n');
		return new FailureAnalysis(description.toString(), cause.remedy(), cause);
	}

	private @Nullable Origin origin(String property) {
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				Origin origin = OriginLookup.getOrigin(source, property);
				if (origin != null) {
					return origin;
				}
			}
		}
		return null;
	}

}
