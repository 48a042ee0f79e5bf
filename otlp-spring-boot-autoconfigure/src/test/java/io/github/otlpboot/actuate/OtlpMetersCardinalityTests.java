package io.github.otlpboot.actuate;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.StoredPipelines;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * That nothing of what is sent, and nothing of what is answered, makes another series.
 */
class OtlpMetersCardinalityTests {

	private static final int BATCHES = 200;

	private static final int SPANS = 250;

	private static final int ATTRIBUTES = 20;

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicInteger answers = new AtomicInteger();

	private long nextValue;

	@TempDir
	private Path directory;

	@Test
	@DisplayName("T45: a million attribute values, in spans, scopes, resources and answers, make no series")
	void attributeValuesMakeNoSeries() {
		try (OtlpTestServer server = OtlpTestServer.open();
				StoredPipelines pipelines = new StoredPipelines(server, Signal.TRACES)) {
			server.answer((request) -> answer());
			Pipeline pipeline = pipelines.start(this.directory,
					StoredPipelines.settings(Duration.ofMillis(100), false));
			OtlpMeters meters = new OtlpMeters(pipeline);
			meters.bindTo(this.registry);
			pipeline.accept(batch()).join();
			await().until(() -> pipeline.ledgers().get(0).routes().get(0).pending().isEmpty());
			Set<Meter.Id> before = series();
			long offered = pipeline.ledgers().get(0).offered();
			for (int i = 0; i < BATCHES; i++) {
				pipeline.accept(batch()).join();
			}
			await().atMost(Duration.ofSeconds(30))
				.until(() -> pipeline.ledgers().get(0).routes().get(0).pending().isEmpty());
			assertThat(this.nextValue).isGreaterThan(1_000_000);
			assertThat(pipeline.ledgers().get(0).offered()).isEqualTo(offered + (long) BATCHES * SPANS);
			assertThat(this.answers).hasPositiveValue();
			assertThat(series()).hasSizeBetween(20, 100).isEqualTo(before);
			assertThat(requests()).as("one for each outcome and status, of which there are 20 here")
				.hasSizeBetween(2, 45);
			assertThat(this.registry.getMeters().toString()).doesNotContain("value-", "answer-");
		}
	}

	private Set<Meter.Id> series() {
		return ids((id) -> !id.getName().equals("otlp.requests"));
	}

	private Set<Meter.Id> requests() {
		return ids((id) -> id.getName().equals("otlp.requests"));
	}

	private Set<Meter.Id> ids(Predicate<Meter.Id> which) {
		return this.registry.getMeters().stream().map(Meter::getId).filter(which).collect(Collectors.toSet());
	}

	// No two alike
	private OtlpTestAnswer answer() {
		int number = this.answers.incrementAndGet();
		return (number % 5 == 0) ? OtlpTestAnswer.status(400 + number % 100)
				: OtlpTestAnswer.ok()
					.message(ExportTraceServiceResponse.newBuilder()
						.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setErrorMessage("answer-" + number))
						.build());
	}

	private Batch batch() {
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		scope.getScopeBuilder().setName(nextValue()).setVersion(nextValue());
		for (int i = 0; i < SPANS; i++) {
			Span.Builder span = Span.newBuilder()
				.setName(nextValue())
				.setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, this.nextValue)));
			for (int j = 0; j < ATTRIBUTES; j++) {
				span.addAttributes(attribute("key-" + j));
			}
			scope.addSpans(span);
		}
		byte[] bytes = ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.setResource(Resource.newBuilder().addAttributes(attribute("service.instance.id")))
				.addScopeSpans(scope))
			.build()
			.toByteArray();
		return new Batch(Signal.TRACES, Payload.of(bytes), SPANS);
	}

	private KeyValue attribute(String key) {
		return KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(nextValue())).build();
	}

	private String nextValue() {
		return "value-" + this.nextValue++;
	}

}
