package io.github.otlpboot.autoconfigure.micrometer;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails;

/**
 * Lets Micrometer's registry say at start-up where its metrics really go, instead of
 * naming a server at localhost. Nothing connects to it. Asks for the pipeline late,
 * because the pipeline itself is made with all connection details in view.
 */
final class PipelineMetricsConnectionDetails implements OtlpMetricsConnectionDetails {

	private final ObjectProvider<Pipeline> pipeline;

	PipelineMetricsConnectionDetails(ObjectProvider<Pipeline> pipeline) {
		this.pipeline = pipeline;
	}

	@Override
	public @Nullable String getUrl() {
		return this.pipeline.getObject()
			.status()
			.targets()
			.stream()
			.filter((target) -> target.signal() == Signal.METRICS)
			.map(Target::url)
			.findFirst()
			.orElse(null);
	}

}
