package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import io.github.otlpboot.pipeline.CredentialStatus;
import io.github.otlpboot.pipeline.PipelineTime;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.StringUtils;

/**
 * Makes the credential that {@code otlp.forwarder.authentication} describes, and says
 * which property is wrong where one is, never its value.
 */
final class CredentialFactory {

	private static final String PREFIX = "otlp.forwarder.authentication.";

	private static final String TOKEN = PREFIX + "bearer.token";

	private static final String TOKEN_LOCATION = PREFIX + "bearer.token-location";

	private final OtlpProperties.Authentication properties;

	private final ResourceLoader resources;

	private final PipelineTime time;

	CredentialFactory(OtlpProperties.Authentication properties, ResourceLoader resources, PipelineTime time) {
		this.properties = properties;
		this.resources = resources;
		this.time = time;
	}

	/**
	 * Make the credential.
	 * @return the credential, {@code null} if none is configured
	 */
	@Nullable Credential create() {
		List<String> present = new ArrayList<>();
		OtlpProperties.Bearer bearer = this.properties.bearer();
		addIfSet(present, TOKEN, bearer.token());
		addIfSet(present, TOKEN_LOCATION, bearer.tokenLocation());
		OtlpProperties.Basic basic = this.properties.basic();
		addIfSet(present, PREFIX + "basic", basic.username(), basic.password());
		OtlpProperties.ApiKey apiKey = this.properties.apiKey();
		addIfSet(present, PREFIX + "api-key", apiKey.header(), apiKey.value());
		if (present.isEmpty()) {
			return null;
		}
		if (present.size() > 1) {
			throw new InvalidOtlpPropertyException(present.get(1), null,
					"is set, and so is '" + present.get(0) + "'; there can be one credential only",
					"Remove '" + present.get(0) + "' or '" + present.get(1) + "'.");
		}
		if (StringUtils.hasText(bearer.token())) {
			return token(bearer.token().stripTrailing());
		}
		if (StringUtils.hasText(bearer.tokenLocation())) {
			return token(this.resources.getResource(bearer.tokenLocation()), bearer.tokenLocation());
		}
		return present.contains(PREFIX + "basic") ? basic(basic) : apiKey(apiKey);
	}

	private static void addIfSet(List<String> present, String property, @Nullable String... values) {
		for (String value : values) {
			if (StringUtils.hasText(value)) {
				present.add(property);
				return;
			}
		}
	}

	private Credential token(String token) {
		checkValue(TOKEN, token);
		return new FixedCredential("Authorization", "Bearer " + token, status(TOKEN));
	}

	private Credential token(Resource resource, String location) {
		String shown = String.valueOf(ForwarderUrl.shown(location));
		try {
			return TokenLocation.open(resource, TOKEN_LOCATION + " (" + shown + ")", this.time.clock(),
					this.time.nanos());
		}
		catch (IOException ex) {
			throw new InvalidOtlpPropertyException(TOKEN_LOCATION, shown,
					"names a file that no token can be read from (" + TokenLocation.describe(ex) + ")",
					"Set it to a file with nothing but the token, such as 'file:/var/run/secrets/otlp/token', "
							+ "that the application may read.");
		}
	}

	private Credential basic(OtlpProperties.Basic basic) {
		String username = required(PREFIX + "basic.username", basic.username());
		String password = required(PREFIX + "basic.password", basic.password()).stripTrailing();
		checkNoControl(PREFIX + "basic.username", username);
		checkNoControl(PREFIX + "basic.password", password);
		if (username.indexOf(':') >= 0) {
			throw new InvalidOtlpPropertyException(PREFIX + "basic.username", null,
					"has a colon, which ends a user name (RFC 7617)", "Use a user name without one.");
		}
		byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
		return new FixedCredential("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair),
				status(PREFIX + "basic"));
	}

	private Credential apiKey(OtlpProperties.ApiKey apiKey) {
		String header = required(PREFIX + "api-key.header", apiKey.header());
		String value = required(PREFIX + "api-key.value", apiKey.value()).stripTrailing();
		if (!HeaderRules.isName(header)) {
			// Not shown: it may be the key that was put into the wrong place
			throw new InvalidOtlpPropertyException(PREFIX + "api-key.header", null, "is no name of a header",
					"Use letters, digits, and hyphens, such as 'x-api-key'.");
		}
		checkValue(PREFIX + "api-key.value", value);
		return new FixedCredential(header, value, status(PREFIX + "api-key"));
	}

	private CredentialStatus status(String source) {
		return new CredentialStatus(source, this.time.clock().millis());
	}

	private static String required(String property, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			throw new InvalidOtlpPropertyException(property, null, "is missing, and its counterpart is set",
					"Set both, or none to send no credential.");
		}
		return value;
	}

	private static void checkValue(String property, String value) {
		if (!HeaderRules.isValue(value)) {
			throw invalid(property, "has line breaks, control characters, or characters beyond ISO 8859-1");
		}
	}

	private static void checkNoControl(String property, String value) {
		if (value.chars().anyMatch(Character::isISOControl)) {
			throw invalid(property, "has line breaks or control characters");
		}
	}

	private static InvalidOtlpPropertyException invalid(String property, String reason) {
		return new InvalidOtlpPropertyException(property, null, reason,
				"Set it to one line of printable characters; a file may end with a line break, nothing else may.");
	}

}
