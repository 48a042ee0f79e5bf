package io.github.otlpboot.forwarder;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.github.otlpboot.forwarder.TestDestination.Options;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same traffic reaches a server as the same items, whatever way it takes.
 */
class TransportEquivalenceTests {

	private final Random random = new Random(7);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void bothTransportsDeliverIdenticalItems(boolean compressed) throws Exception {
		Options options = compressed ? Options.DEFAULT : Options.DEFAULT.plain();
		try (HttpDestination http = new HttpDestination(); GrpcDestination grpc = new GrpcDestination()) {
			List<Message> sent = new ArrayList<>();
			for (Signal signal : Signal.values()) {
				Transport overHttp = http.transport(http.url().resolve("/v1/" + signal.id()), options);
				Transport overGrpc = grpc.transport(grpc.url(), options);
				for (int i = 0; i < 20; i++) {
					List<Message> parts = new ArrayList<>();
					for (int part = 0; part <= this.random.nextInt(5); part++) {
						parts.add(message(signal));
					}
					SendRequest request = request(signal, parts);
					assertThat(overHttp.send(request).get(20, TimeUnit.SECONDS)).isEqualTo(new SendResult.Accepted());
					assertThat(overGrpc.send(request).get(20, TimeUnit.SECONDS)).isEqualTo(new SendResult.Accepted());
					sent.add(merged(parts));
				}
			}
			assertThat(http.received()).extracting(OtlpTestRequest::message).isEqualTo(sent);
			assertThat(grpc.received()).extracting(OtlpTestRequest::message).isEqualTo(sent);
			assertThat(grpc.received()).extracting(OtlpTestRequest::path)
				.isEqualTo(http.received().stream().map(OtlpTestRequest::path).toList());
		}
	}

	private static SendRequest request(Signal signal, List<Message> parts) {
		List<Payload> payloads = new ArrayList<>();
		for (Message part : parts) {
			byte[] bytes = part.toByteArray();
			byte[] array = new byte[bytes.length + 9];
			System.arraycopy(bytes, 0, array, 4, bytes.length);
			payloads.add(Payload.of(array, 4, bytes.length, () -> {
			}));
		}
		return new SendRequest(signal, payloads, parts.size());
	}

	private static Message merged(List<Message> parts) {
		Message.Builder merged = parts.get(0).newBuilderForType();
		parts.forEach(merged::mergeFrom);
		return merged.build();
	}

	private Message message(Signal signal) {
		return switch (signal) {
			case TRACES -> ExportTraceServiceRequest.newBuilder()
				.addResourceSpans(ResourceSpans.newBuilder()
					.setResource(resource())
					.addScopeSpans(ScopeSpans.newBuilder()
						.addSpans(Span.newBuilder().setSpanId(bytes(8)).setTraceId(bytes(16)).setName(text()))))
				.build();
			case METRICS -> ExportMetricsServiceRequest.newBuilder()
				.addResourceMetrics(ResourceMetrics.newBuilder()
					.setResource(resource())
					.addScopeMetrics(ScopeMetrics.newBuilder()
						.addMetrics(Metric.newBuilder()
							.setName(text())
							.setGauge(Gauge.newBuilder()
								.addDataPoints(NumberDataPoint.newBuilder().setAsInt(this.random.nextLong()))))))
				.build();
			case LOGS -> ExportLogsServiceRequest.newBuilder()
				.addResourceLogs(ResourceLogs.newBuilder()
					.setResource(resource())
					.addScopeLogs(ScopeLogs.newBuilder()
						.addLogRecords(LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue(text())))))
				.build();
		};
	}

	private Resource resource() {
		return Resource.newBuilder()
			.addAttributes(
					KeyValue.newBuilder().setKey("any").setValue(AnyValue.newBuilder().setBytesValue(bytes(2000))))
			.build();
	}

	private String text() {
		return "\u00FC" + this.random.nextLong();
	}

	private ByteString bytes(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return ByteString.copyFrom(bytes);
	}

}
