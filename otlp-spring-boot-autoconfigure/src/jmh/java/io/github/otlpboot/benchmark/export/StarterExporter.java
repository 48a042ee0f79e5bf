package io.github.otlpboot.benchmark.export;

import java.nio.file.Path;
import java.util.Collection;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesAutoConfiguration;
import io.github.otlpboot.storage.FsyncPolicy;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The exporter of an application that has the starter, everything at its default but for
 * the policy of fsync and the log, which is as large for spans alone as it otherwise is
 * for all signals. The destination is absent, and the log keeps the newest.
 */
final class StarterExporter implements SpanExporter {

	private final ConfigurableApplicationContext application;

	private final SpanExporter exporter;

	private StarterExporter(ConfigurableApplicationContext application) {
		this.application = application;
		this.exporter = application.getBean(SpanExporters.class).list().get(0);
	}

	static StarterExporter start(Path directory, FsyncPolicy fsync) {
		return new StarterExporter(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("spring.application.name=benchmark", "logging.level.root=error",
					"otlp.forwarder.endpoint=http://localhost:1", "otlp.storage.directory=" + directory,
					"otlp.storage.max-size=768MB", "otlp.storage.fsync=" + fsync)
			.run());
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		return this.exporter.export(spans);
	}

	@Override
	public CompletableResultCode flush() {
		return this.exporter.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		this.application.close();
		return CompletableResultCode.ofSuccess();
	}

	/**
	 * An application that has nothing but the starter and spans.
	 */
	@ImportAutoConfiguration({ OtlpPipelineAutoConfiguration.class, OtlpTracesAutoConfiguration.class })
	static class Application {

	}

}
