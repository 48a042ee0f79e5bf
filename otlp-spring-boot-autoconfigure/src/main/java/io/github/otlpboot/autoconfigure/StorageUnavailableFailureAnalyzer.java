package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.storage.StorageUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Tells at start-up why the storage directory cannot be used, where it is required.
 */
final class StorageUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<StorageUnavailableException> {

	private static final String DIRECTORY = "otlp.storage.directory";

	private final @Nullable Environment environment;

	StorageUnavailableFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StorageUnavailableException cause) {
		String value = (this.environment != null) ? this.environment.getProperty(DIRECTORY) : null;
		InvalidOtlpPropertyException invalid = new InvalidOtlpPropertyException(DIRECTORY,
				(value != null) ? value : "(the default)", "cannot be used: " + cause.getMessage(),
				"Make the directory usable or set '" + DIRECTORY + "' to another one, "
						+ "or set 'otlp.storage.on-unavailable' to 'memory' to start without it: "
						+ "telemetry is then kept in memory, and the directory is tried again.");
		return new InvalidOtlpPropertyFailureAnalyzer(this.environment).analyze(rootFailure, invalid);
	}

}
