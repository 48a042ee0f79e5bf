package io.github.otlpboot.sample.control;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import io.github.otlpboot.sample.status.PipelineFigures;
import io.github.otlpboot.sample.status.SignalFigures;
import org.jspecify.annotations.Nullable;

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
		return new PipelineFigures(status.ledgers().stream().map((ledger) -> figures(ledger, status)).toList());
	}

	private static SignalFigures figures(SignalLedger ledger, PipelineStatus status) {
		long delivered = 0;
		long pending = 0;
		long lost = 0;
		long left = 0;
		long lostEarlier = 0;
		for (RouteLedger route : ledger.routes()) {
			long lostBefore = route.lostItems() - route.lostItemsHere();
			delivered += route.deliveredHere();
			pending += route.pending().items();
			lost += route.lostItemsHere();
			left += ledger.earlier() - route.earlier().delivered() - lostBefore;
			lostEarlier += lostBefore;
		}
		String breaker = status.routes()
			.stream()
			.filter((route) -> route.signal() == ledger.signal())
			.map((route) -> route.breaker().state().name())
			.distinct()
			.collect(Collectors.joining(", "));
		return new SignalFigures(ledger.signal().id(), ledger.acceptedHere(), ledger.refusedItems(), delivered, pending,
				lost, left, lostEarlier, inMemory(ledger, status.storage()), breaker);
	}

	private static long inMemory(SignalLedger ledger, @Nullable StorageStatus storage) {
		if (storage == null) {
			return ledger.routes().stream().mapToLong((route) -> route.pending().bytes()).sum();
		}
		return storage.signals()
			.stream()
			.filter((usage) -> usage.signal() == ledger.signal())
			.mapToLong(SignalUsage::inMemory)
			.sum();
	}

}
