package io.github.otlpboot.sample.comparison;

import java.util.List;

/**
 * What brings the spans to the collector. Both are on the class path; settings decide,
 * and everything that is not about the endpoint is left at its default.
 */
enum Starter {

	SPRING_BOOT("Spring Boot's starter") {

		@Override
		List<String> arguments(int port) {
			return List.of("--otlp.enabled=false",
					"--management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:" + port + "/v1/traces");
		}

	},

	THIS("this starter") {

		@Override
		List<String> arguments(int port) {
			return List.of("--otlp.forwarder.endpoint=http://127.0.0.1:" + port);
		}

	};

	private final String label;

	Starter(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	/**
	 * Return what an application sets to use it.
	 * @param port the port of the collector
	 * @return the arguments of the application
	 */
	abstract List<String> arguments(int port);

}
