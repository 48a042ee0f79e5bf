package io.github.otlpboot.exporter;

import java.util.Map;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.OtlpMetricsSender.Request;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SinkMetricsSender}.
 */
class SinkMetricsSenderTests {

	private final RecordingSink sink = new RecordingSink();

	private final SinkMetricsSender sender = new SinkMetricsSender(this.sink);

	@Test
	void offersTheBytesAsTheyAreWithTheNumberOfDataPoints() {
		byte[] data = request(3).toByteArray();
		this.sender.send(Request.builder(data)
			.address("http://elsewhere")
			.headers(Map.of("a", "b"))
			.compressionMode(CompressionMode.GZIP)
			.build());
		assertThat(this.sink.batches()).singleElement()
			.returns(Signal.METRICS, Batch::signal)
			.returns(3, Batch::items)
			.returns((long) data.length, (batch) -> (long) batch.size());
		assertThat(this.sink.batches().get(0).payload().array()).isSameAs(data);
	}

	@Test
	void anEmptyPublicationIsNotOffered() {
		// C14
		this.sender.send(Request.builder(request(0).toByteArray()).build());
		assertThat(this.sink.batches()).isEmpty();
	}

	@Test
	void aRefusalIsNotThrown() {
		this.sink.answering(AcceptResult.refused(1, RefusalReason.BUFFER_FULL));
		assertThatCode(() -> this.sender.send(Request.builder(request(1).toByteArray()).build()))
			.doesNotThrowAnyException();
		assertThat(this.sink.batches()).hasSize(1);
	}

	@Test
	void whatIsNoProtobufIsNotOffered() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.sender.send(Request.builder(new byte[] { 10, 100 }).build()))
			.withMessageContaining("no valid protobuf");
		assertThat(this.sink.batches()).isEmpty();
	}

	private static ExportMetricsServiceRequest request(int points) {
		Gauge.Builder gauge = Gauge.newBuilder();
		for (int i = 0; i < points; i++) {
			gauge.addDataPoints(NumberDataPoint.newBuilder().setAsInt(i));
		}
		return ExportMetricsServiceRequest.newBuilder()
			.addResourceMetrics(
					ResourceMetrics.newBuilder()
						.addScopeMetrics(ScopeMetrics.newBuilder()
							.addMetrics(Metric.newBuilder().setName("gauge").setGauge(gauge))))
			.build();
	}

}
