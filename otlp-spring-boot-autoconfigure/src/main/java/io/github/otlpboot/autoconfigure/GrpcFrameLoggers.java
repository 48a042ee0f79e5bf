package io.github.otlpboot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The loggers to which grpc-java's transports log each frame at level DEBUG, with the
 * credentials in it. They log no more than INFO, unless somebody has configured them by
 * their own names.
 */
final class GrpcFrameLoggers {

	private static final List<String> NAMES = List.of("io.grpc.netty.NettyClientHandler",
			"io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler", "io.grpc.okhttp.OkHttpClientTransport");

	private final @Nullable LoggingSystem loggingSystem;

	/**
	 * Create it.
	 * @param loggingSystem sets levels, {@code null} if Spring Boot does not look after
	 * the loggers
	 */
	GrpcFrameLoggers(@Nullable LoggingSystem loggingSystem) {
		this.loggingSystem = loggingSystem;
	}

	void restrain() {
		if (this.loggingSystem == null) {
			return;
		}
		for (String name : NAMES) {
			LoggerConfiguration configuration = this.loggingSystem.getLoggerConfiguration(name);
			if (configuration == null || configuration.getConfiguredLevel() == null) {
				this.loggingSystem.setLogLevel(name, LogLevel.INFO);
			}
		}
	}

}
