package io.github.otlpboot.sample.control;

import java.util.List;
import java.util.Map;

import io.github.otlpboot.actuate.OtlpEndpoint;
import io.github.otlpboot.sample.collector.CollectorStatus;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.status.RecentSamples;
import io.github.otlpboot.sample.status.Sample;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * All that the page at {@code /} shows: what {@code /actuator/otlp} tells, what the
 * collector tells, and the figures of the last minutes as far as the page does not know
 * them yet.
 */
@RestController
class PipelineController {

	private final ObjectProvider<OtlpEndpoint> pipeline;

	private final EmbeddedCollector collector;

	private final RecentSamples samples;

	private final ApplicationContext context;

	PipelineController(ObjectProvider<OtlpEndpoint> pipeline, EmbeddedCollector collector, RecentSamples samples,
			ApplicationContext context) {
		this.pipeline = pipeline;
		this.collector = collector;
		this.samples = samples;
		this.context = context;
	}

	@GetMapping("/pipeline")
	ResponseEntity<View> view(@RequestParam(defaultValue = "0") long after) {
		OtlpEndpoint endpoint = this.pipeline.getIfAvailable();
		View view = new View(this.context.getStartupDate(), System.currentTimeMillis(),
				(endpoint != null) ? endpoint.otlp() : null, this.collector.status(), this.samples.after(after));
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(view);
	}

	/**
	 * What the page shows.
	 *
	 * @param startedAt when this run began, in milliseconds since the epoch
	 * @param at when this was told, in milliseconds since the epoch
	 * @param pipeline what {@code /actuator/otlp} tells, {@code null} without a pipeline
	 * @param collector what the collector tells
	 * @param samples what is newer than the page knows, oldest first
	 */
	record View(long startedAt, long at, @Nullable Map<String, Object> pipeline, CollectorStatus collector,
			List<Sample> samples) {

	}

}
