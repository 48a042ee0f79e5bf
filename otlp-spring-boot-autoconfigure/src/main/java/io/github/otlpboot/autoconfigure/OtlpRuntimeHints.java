package io.github.otlpboot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What is called or looked for by its name, and would be missing in a native image.
 */
final class OtlpRuntimeHints implements RuntimeHintsRegistrar {

	/** Of the instrumentation project; an application may bring it. */
	private static final String FOREIGN_APPENDER = "io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender";

	private static final List<String> LOOKED_FOR = List.of("ch.qos.logback.classic.LoggerContext",
			"io.opentelemetry.api.logs.LoggerProvider", "io.micrometer.core.instrument.MeterRegistry",
			"io.grpc.ManagedChannelBuilder", "io.grpc.netty.NettyChannelBuilder",
			"io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder", "io.grpc.okhttp.OkHttpChannelBuilder");

	OtlpRuntimeHints() {
	}

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		// They are there from Java 21 on.
		hints.reflection()
			.registerType(TypeReference.of("java.net.http.HttpClient"),
					(client) -> client.withMethod("shutdown", List.of(), ExecutableMode.INVOKE)
						.withMethod("shutdownNow", List.of(), ExecutableMode.INVOKE));
		hints.reflection()
			.registerTypeIfPresent(classLoader, FOREIGN_APPENDER, (appender) -> appender.withMethod("install",
					List.of(TypeReference.of("io.opentelemetry.api.OpenTelemetry")), ExecutableMode.INVOKE));
		for (String name : LOOKED_FOR) {
			hints.reflection().registerTypeIfPresent(classLoader, name, (type) -> {
			});
		}
	}

}
