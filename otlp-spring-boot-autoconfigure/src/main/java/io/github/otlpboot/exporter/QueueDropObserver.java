package io.github.otlpboot.exporter;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;

/**
 * Reads, on their way to the real exporter, what the SDK's batch processors say of the
 * spans and log records that they dropped because their queue was full. Nothing else
 * tells of them, and a reader of our own beside the real one would double the cost of
 * every instrument.
 * <p>
 * As thread-safe as the exporter behind it, which is called by one thread at a time.
 */
public final class QueueDropObserver implements MetricExporter {

	/** The names that the SDK uses by default, and those of the semantic conventions. */
	private static final Map<String, Signal> METRICS = Map.of("processedSpans", Signal.TRACES,
			"otel.sdk.processor.span.processed", Signal.TRACES, "processedLogs", Signal.LOGS,
			"otel.sdk.processor.log.processed", Signal.LOGS);

	private static final AttributeKey<Boolean> DROPPED = AttributeKey.booleanKey("dropped");

	private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

	private final MetricExporter delegate;

	private final QueueDropListener listener;

	private final Map<Signal, Long> told = new EnumMap<>(Signal.class);

	/**
	 * Create an observer.
	 * @param delegate the exporter that gets the metrics
	 * @param listener is told before the metrics are exported
	 */
	public QueueDropObserver(MetricExporter delegate, QueueDropListener listener) {
		this.delegate = delegate;
		this.listener = listener;
	}

	@Override
	public CompletableResultCode export(Collection<MetricData> metrics) {
		for (MetricData metric : metrics) {
			Signal signal = METRICS.get(metric.getName());
			if (signal != null && metric.getType() == MetricDataType.LONG_SUM
					&& metric.getInstrumentationScopeInfo().getName().startsWith("io.opentelemetry.sdk")) {
				tell(signal, metric.getLongSumData());
			}
		}
		return this.delegate.export(metrics);
	}

	private void tell(Signal signal, SumData<LongPointData> sum) {
		long dropped = sum.getPoints()
			.stream()
			.filter((point) -> isDropped(point.getAttributes()))
			.mapToLong(LongPointData::getValue)
			.sum();
		if (sum.getAggregationTemporality() == AggregationTemporality.CUMULATIVE) {
			long before = this.told.getOrDefault(signal, 0L);
			this.told.put(signal, dropped);
			dropped -= before;
		}
		if (dropped > 0) {
			this.listener.onDropped(signal, dropped);
		}
	}

	private static boolean isDropped(Attributes attributes) {
		return Boolean.TRUE.equals(attributes.get(DROPPED)) || "queue_full".equals(attributes.get(ERROR_TYPE));
	}

	@Override
	public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
		return this.delegate.getAggregationTemporality(instrumentType);
	}

	@Override
	public Aggregation getDefaultAggregation(InstrumentType instrumentType) {
		return this.delegate.getDefaultAggregation(instrumentType);
	}

	@Override
	public MemoryMode getMemoryMode() {
		return this.delegate.getMemoryMode();
	}

	@Override
	public CompletableResultCode flush() {
		return this.delegate.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		return this.delegate.shutdown();
	}

	@Override
	public String toString() {
		return "QueueDropObserver{" + this.delegate + "}";
	}

}
