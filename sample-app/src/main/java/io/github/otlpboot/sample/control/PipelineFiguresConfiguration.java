package io.github.otlpboot.sample.control;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.sample.status.PipelineFigures;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The single place where the sample looks into the pipeline. Where there is no pipeline
 * there are no figures, and the status line tells of the collector alone.
 */
@Configuration(proxyBeanMethods = false)
class PipelineFiguresConfiguration {

	@Bean
	Supplier<Optional<PipelineFigures>> pipelineFigures(ObjectProvider<Pipeline> pipelines) {
		// Resolved once: the last line is printed after the pipeline has been destroyed.
		Pipeline pipeline = pipelines.getIfAvailable();
		return () -> Optional.ofNullable(pipeline).map(Pipeline::status).map(PipelineFiguresConfiguration::figures);
	}

	private static PipelineFigures figures(PipelineStatus status) {
		long accepted = 0;
		long delivered = 0;
		long pending = 0;
		long lost = 0;
		for (SignalLedger ledger : status.ledgers()) {
			accepted += ledger.accepted();
			for (RouteLedger route : ledger.routes()) {
				delivered += route.delivered();
				pending += route.pending().items();
				lost += route.lostItems();
			}
		}
		String breaker = status.routes()
			.stream()
			.map((route) -> route.breaker().state().name())
			.distinct()
			.collect(Collectors.joining(", "));
		return new PipelineFigures(accepted, delivered, pending, lost, breaker);
	}

}
