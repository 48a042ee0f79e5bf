package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueDropObserver}.
 */
class QueueDropObserverTests {

	private static final AttributeKey<Boolean> DROPPED = AttributeKey.booleanKey("dropped");

	private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

	private final Map<Signal, Long> dropped = new EnumMap<>(Signal.class);

	@ParameterizedTest
	@EnumSource(AggregationTemporality.class)
	void tellsEveryDropOnceWhateverTheTemporality(AggregationTemporality temporality) {
		RecordingExporter exporter = new RecordingExporter(temporality);
		try (SdkMeterProvider provider = provider(exporter)) {
			LongCounter spans = counter(provider, "io.opentelemetry.sdk.trace", "processedSpans");
			spans.add(5, Attributes.of(DROPPED, true));
			spans.add(100, Attributes.of(DROPPED, false));
			provider.forceFlush();
			assertThat(this.dropped).containsExactly(Map.entry(Signal.TRACES, 5L));
			provider.forceFlush();
			spans.add(2, Attributes.of(DROPPED, true));
			provider.forceFlush();
			assertThat(this.dropped).containsExactly(Map.entry(Signal.TRACES, 7L));
			assertThat(exporter.names).contains("processedSpans");
		}
	}

	@ParameterizedTest
	@CsvSource({ "otel.sdk.processor.span.processed, TRACES", "otel.sdk.processor.log.processed, LOGS" })
	void knowsTheNamesOfTheSemanticConventions(String name, Signal signal) {
		try (SdkMeterProvider provider = provider(new RecordingExporter(AggregationTemporality.CUMULATIVE))) {
			LongCounter counter = counter(provider, "io.opentelemetry.sdk.x", name);
			counter.add(3, Attributes.of(ERROR_TYPE, "queue_full"));
			counter.add(4, Attributes.of(ERROR_TYPE, "timeout"));
			provider.forceFlush();
			assertThat(this.dropped).containsExactly(Map.entry(signal, 3L));
		}
	}

	@Test
	void anotherMetricOfTheSameNameIsNotMeant() {
		try (SdkMeterProvider provider = provider(new RecordingExporter(AggregationTemporality.CUMULATIVE))) {
			counter(provider, "com.example", "processedSpans").add(3, Attributes.of(DROPPED, true));
			provider.get("io.opentelemetry.sdk.logs")
				.histogramBuilder("processedLogs")
				.build()
				.record(3, Attributes.of(DROPPED, true));
			provider.forceFlush();
			assertThat(this.dropped).isEmpty();
		}
	}

	@Test
	void leavesEverythingElseToTheExporter() {
		RecordingExporter exporter = new RecordingExporter(AggregationTemporality.DELTA);
		QueueDropObserver observer = new QueueDropObserver(exporter, this::onDropped);
		assertThat(observer.getAggregationTemporality(InstrumentType.COUNTER)).isEqualTo(AggregationTemporality.DELTA);
		assertThat(observer.getDefaultAggregation(InstrumentType.COUNTER)).isSameAs(Aggregation.sum());
		assertThat(observer.getMemoryMode()).isEqualTo(MemoryMode.REUSABLE_DATA);
		assertThat(observer.flush()).isSameAs(exporter.result);
		assertThat(observer.shutdown()).isSameAs(exporter.result);
		assertThat(observer.export(List.of())).isSameAs(exporter.result);
		assertThat(observer).hasToString("QueueDropObserver{recording}");
	}

	private SdkMeterProvider provider(MetricExporter exporter) {
		return SdkMeterProvider.builder()
			.registerMetricReader(PeriodicMetricReader.create(new QueueDropObserver(exporter, this::onDropped)))
			.build();
	}

	private static LongCounter counter(SdkMeterProvider provider, String scope, String name) {
		return provider.get(scope).counterBuilder(name).build();
	}

	private void onDropped(Signal signal, long items) {
		this.dropped.merge(signal, items, Long::sum);
	}

	private static final class RecordingExporter implements MetricExporter {

		private final AggregationTemporality temporality;

		private final List<String> names = new ArrayList<>();

		private final CompletableResultCode result = CompletableResultCode.ofSuccess();

		RecordingExporter(AggregationTemporality temporality) {
			this.temporality = temporality;
		}

		@Override
		public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
			return this.temporality;
		}

		@Override
		public Aggregation getDefaultAggregation(InstrumentType instrumentType) {
			return (instrumentType == InstrumentType.COUNTER) ? Aggregation.sum() : Aggregation.defaultAggregation();
		}

		@Override
		public MemoryMode getMemoryMode() {
			return MemoryMode.REUSABLE_DATA;
		}

		@Override
		public CompletableResultCode export(Collection<MetricData> metrics) {
			metrics.forEach((metric) -> this.names.add(metric.getName()));
			return this.result;
		}

		@Override
		public CompletableResultCode flush() {
			return this.result;
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.result;
		}

		@Override
		public String toString() {
			return "recording";
		}

	}

}
