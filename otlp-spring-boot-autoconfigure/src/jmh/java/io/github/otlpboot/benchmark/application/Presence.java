package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.autoconfigure.OtlpProperties;
import io.github.otlpboot.benchmark.harness.ChildJvm;

/**
 * In which way a web application has the starter, or has it not. All send metrics to the
 * sink, because Spring Boot's own starter does so by default.
 */
enum Presence {

	ABSENT("not on the class path"),

	OFF("off: otlp.enabled=false"),

	SPRING_BOOT("off, and Spring Boot's own exporters on") {

		@Override
		List<String> endpoints(String url, Path storage) {
			return List.of("--otlp.enabled=false",
					"--management.opentelemetry.tracing.export.otlp.endpoint=" + url + "/v1/traces",
					"--management.opentelemetry.logging.export.otlp.endpoint=" + url + "/v1/logs");
		}

	},

	ON("on: an endpoint, and everything stored") {

		@Override
		List<String> endpoints(String url, Path storage) {
			return List.of("--otlp.enabled=true", "--otlp.forwarder.endpoint=" + url,
					"--otlp.storage.directory=" + storage);
		}

	};

	private final String label;

	Presence(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	List<String> endpoints(String url, Path storage) {
		return List.of("--otlp.enabled=false");
	}

	ChildJvm start(Workspace workspace) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--spring.application.name=greeting", "--spring.main.banner-mode=off",
						"--management.otlp.metrics.export.url=" + workspace.url() + "/v1/metrics"));
		arguments.addAll(endpoints(workspace.url(), workspace.newStorage()));
		String classPath = (this == ABSENT) ? ChildJvm.classPathWithout(OtlpProperties.class)
				: System.getProperty("java.class.path");
		return ChildJvm.start(WebApplication.class, classPath, List.of("-Xmx512m"), arguments);
	}

}
