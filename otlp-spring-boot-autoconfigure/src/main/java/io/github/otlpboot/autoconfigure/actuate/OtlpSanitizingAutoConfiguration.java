package io.github.otlpboot.autoconfigure.actuate;

import java.util.Locale;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of what hides credentials from the {@code env} and
 * {@code configprops} endpoints, also where these are told to show values
 * ({@code management.endpoint.env.show-values}). It does not depend on the pipeline: a
 * credential stays one where the pipeline is off.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class OtlpSanitizingAutoConfiguration {

	/**
	 * Matches names without punctuation, in lower case, so that one pattern covers
	 * properties and variables: our own credentials, Spring Boot's headers of OTLP and
	 * those of OpenTelemetry's variables.
	 */
	private static final Pattern CREDENTIAL = Pattern
		.compile("otlpforwarder(headers.*|authentication(bearertoken|basicpassword|apikeyvalue))"
				+ "|management.*otlp.*headers.*|otelexporterotlp.*headers");

	OtlpSanitizingAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "otlpCredentialsSanitizingFunction")
	SanitizingFunction otlpCredentialsSanitizingFunction() {
		return SanitizingFunction.sanitizeValue().ifKeyMatches(OtlpSanitizingAutoConfiguration::isCredential);
	}

	private static boolean isCredential(String key) {
		return CREDENTIAL.matcher(key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")).matches();
	}

}
