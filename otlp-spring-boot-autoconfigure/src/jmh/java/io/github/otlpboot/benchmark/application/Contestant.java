package io.github.otlpboot.benchmark.application;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What brings spans from the same application to the sink. All are on the class path;
 * settings decide, and everything that they do not name is left at its default.
 */
enum Contestant {

	THIS("this starter, stored on disk", null) {

		@Override
		List<String> endpoint(String url, boolean gzip, Path storage) {
			return List.of("--otlp.forwarder.endpoint=" + url, "--otlp.storage.directory=" + storage,
					"--otlp.forwarder.compression=" + (gzip ? "gzip" : "none"));
		}

	},

	JDK("Spring Boot's, JDK sender", Senders.JDK),

	JDK_WITH_OUR_QUEUE("Spring Boot's, JDK sender, with the queue and the delay that this starter sets", Senders.JDK) {

		@Override
		List<String> endpoint(String url, boolean gzip, Path storage) {
			List<String> arguments = new ArrayList<>(super.endpoint(url, gzip, storage));
			arguments.add("--management.opentelemetry.tracing.export.max-queue-size=65536");
			arguments.add("--management.opentelemetry.tracing.export.schedule-delay=200ms");
			return arguments;
		}

	},

	OKHTTP("Spring Boot's, OkHttp sender (its default)", Senders.OKHTTP);

	/** Each as it comes. */
	static final List<Contestant> UNTUNED = List.of(THIS, JDK, OKHTTP);

	private final String label;

	private final @Nullable String sender;

	Contestant(String label, @Nullable String sender) {
		this.label = label;
		this.sender = sender;
	}

	String label() {
		return this.label;
	}

	List<String> options() {
		List<String> options = new ArrayList<>();
		options.add("-Xmx512m");
		if (this.sender != null) {
			options.add("-Dio.opentelemetry.sdk.common.export.HttpSenderProvider=" + this.sender);
		}
		return options;
	}

	List<String> endpoint(String url, boolean gzip, Path storage) {
		String property = "--management.opentelemetry.tracing.export.otlp.";
		return List.of("--otlp.enabled=false", property + "endpoint=" + url + "/v1/traces",
				property + "compression=" + (gzip ? "gzip" : "none"));
	}

	/**
	 * Return the arguments of an application that sends spans alone.
	 * @param url the sink
	 * @param gzip whether requests are compressed
	 * @param storage where what is stored goes
	 * @return the arguments
	 */
	List<String> arguments(String url, boolean gzip, Path storage) {
		List<String> arguments = new ArrayList<>(
				List.of("--spring.application.name=orders", "--spring.main.banner-mode=off",
						"--spring.main.web-application-type=none", "--management.tracing.sampling.probability=1.0",
						"--management.otlp.metrics.export.enabled=false", "--otlp.exporter.logs.enabled=false"));
		arguments.addAll(endpoint(url, gzip, storage));
		return arguments;
	}

	private static final class Senders {

		private static final String JDK = "io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSenderProvider";

		private static final String OKHTTP = "io.opentelemetry.exporter.sender.okhttp.internal.OkHttpHttpSenderProvider";

		private Senders() {
		}

	}

}
