package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.tracing.exporter.SpanFilter;
import io.micrometer.tracing.otel.bridge.CompositeSpanExporter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InterningSpanExporter}.
 */
class InterningSpanExporterTests {

	private static final int SPANS = 102;

	private final RecordingSink sink = new RecordingSink();

	private final SpanExporter otlp = SinkExporters.spanExporter(this.sink);

	@Test
	void whenMicrometerRebuildsEveryResourceSendsItOnce() {
		export(micrometer(this.otlp), SPANS);
		export(micrometer(new InterningSpanExporter(SinkExporters.spanExporter(this.sink))), SPANS);
		assertThat(this.sink.requests()).hasSize(2);
		ExportTraceServiceRequest plain = this.sink.requests().get(0);
		ExportTraceServiceRequest interned = this.sink.requests().get(1);
		String figures = "%d spans: %d ResourceSpans in %d bytes without interning, %d in %d bytes with it".formatted(
				SPANS, plain.getResourceSpansCount(), plain.getSerializedSize(), interned.getResourceSpansCount(),
				interned.getSerializedSize());
		assertThat(plain.getResourceSpansCount()).as(figures).isGreaterThanOrEqualTo(SPANS);
		assertThat(plain.getSerializedSize()).as(figures).isGreaterThan(35_000);
		assertThat(interned.getResourceSpansCount()).as(figures).isEqualTo(1);
		assertThat(interned.getSerializedSize()).as(figures).isBetween(15_000, 20_000);
		assertThat(RecordingSink.spans(interned)).hasSize(SPANS);
		assertThat(interned.getResourceSpans(0).getResource()).isEqualTo(plain.getResourceSpans(0).getResource());
	}

	@Test
	void whenScopesAreRebuiltSendsEachOnce() {
		export(new RebuildingSpanExporter(new InterningSpanExporter(this.otlp)), SPANS);
		ExportTraceServiceRequest request = this.sink.requests().get(0);
		assertThat(request.getResourceSpansList()).singleElement()
			.extracting(ResourceSpans::getScopeSpansList)
			.satisfies((scopes) -> assertThat(scopes).extracting((scope) -> scope.getScope().getName())
				.containsExactlyInAnyOrder("shop", "warehouse"));
		assertThat(RecordingSink.spans(request)).hasSize(SPANS);
	}

	@Test
	void whenResourcesDifferKeepsThemApart() {
		List<SpanData> spans = new ArrayList<>();
		for (int i = 0; i < 90; i++) {
			Resource resource = resource("service-" + i % 3);
			spans.addAll(record(resource, 1));
		}
		new InterningSpanExporter(this.otlp).export(spans);
		List<ResourceSpans> resources = this.sink.requests().get(0).getResourceSpansList();
		assertThat(resources).hasSize(3)
			.allSatisfy((resource) -> assertThat(resource.getScopeSpansList()).singleElement()
				.satisfies((scope) -> assertThat(scope.getSpansCount()).isEqualTo(30)));
		assertThat(resources).extracting((resource) -> resource.getResource().getAttributesList())
			.doesNotHaveDuplicates();
	}

	@Test
	void whenInstancesAreSharedAlreadyPassesSpansOnAsTheyAre() {
		List<SpanData> spans = record(resource("shop"), 5);
		CapturingSpanExporter capturing = new CapturingSpanExporter();
		new InterningSpanExporter(capturing).export(spans);
		assertThat(capturing.spans).hasSameSizeAs(spans);
		for (int i = 0; i < spans.size(); i++) {
			assertThat(capturing.spans.get(i)).isSameAs(spans.get(i));
		}
	}

	@Test
	void whenResourceIsReplacedKeepsAllElse() {
		SpanData first = record(resource("shop"), 1).get(0);
		SpanData second = record(resource("shop"), 1).get(0);
		CapturingSpanExporter capturing = new CapturingSpanExporter();
		new InterningSpanExporter(capturing).export(List.of(first, second));
		SpanData interned = capturing.spans.get(1);
		assertThat(interned).isNotSameAs(second);
		assertThat(interned.getResource()).isSameAs(first.getResource()).isNotSameAs(second.getResource());
		assertThat(interned.getInstrumentationScopeInfo()).isSameAs(first.getInstrumentationScopeInfo());
		assertThat(interned.getSpanContext()).isEqualTo(second.getSpanContext());
		assertThat(interned.getParentSpanContext()).isEqualTo(second.getParentSpanContext());
		assertThat(interned.getName()).isEqualTo(second.getName());
		assertThat(interned.getKind()).isEqualTo(second.getKind());
		assertThat(interned.getAttributes()).isEqualTo(second.getAttributes());
		assertThat(interned.getEvents()).isEqualTo(second.getEvents());
		assertThat(interned.getLinks()).isEqualTo(second.getLinks());
		assertThat(interned.getStatus()).isEqualTo(second.getStatus());
		assertThat(interned.getStartEpochNanos()).isEqualTo(second.getStartEpochNanos());
		assertThat(interned.getEndEpochNanos()).isEqualTo(second.getEndEpochNanos());
	}

	@Test
	void passesResultFlushAndShutdownOn() {
		CapturingSpanExporter capturing = new CapturingSpanExporter();
		InterningSpanExporter exporter = new InterningSpanExporter(capturing);
		assertThat(exporter.export(List.of())).isSameAs(capturing.exportResult);
		assertThat(exporter.flush()).isSameAs(capturing.flushResult);
		assertThat(exporter.shutdown()).isSameAs(capturing.shutdownResult);
		assertThat(exporter).hasToString("InterningSpanExporter{capturing}");
	}

	private static SpanExporter micrometer(SpanExporter exporter) {
		SpanFilter unchanged = (span) -> span;
		return new CompositeSpanExporter(List.of(exporter), List.of(), List.of(), List.of(unchanged));
	}

	private static Resource resource(String serviceName) {
		return Resource.getDefault()
			.toBuilder()
			.put("service.name", serviceName)
			.put("service.namespace", "sample")
			.build();
	}

	private static List<SpanData> record(Resource resource, int count) {
		CapturingSpanExporter capturing = new CapturingSpanExporter();
		try (SdkTracerProvider provider = SdkTracerProvider.builder()
			.setResource(resource)
			.addSpanProcessor(BatchSpanProcessor.builder(capturing).build())
			.build()) {
			record(provider.get("shop"), count);
		}
		return capturing.spans;
	}

	private static void export(SpanExporter exporter, int count) {
		try (SdkTracerProvider provider = SdkTracerProvider.builder()
			.setResource(resource("shop"))
			.addSpanProcessor(BatchSpanProcessor.builder(exporter).setScheduleDelay(1, TimeUnit.HOURS).build())
			.build()) {
			record(provider.get("shop"), count / 2);
			record(provider.get("warehouse"), count - count / 2);
			assertThat(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
		}
	}

	private static void record(Tracer tracer, int count) {
		for (int i = 0; i < count; i++) {
			tracer.spanBuilder("http get /products/{id}")
				.setSpanKind(SpanKind.SERVER)
				.setAttribute("method", "GET")
				.setAttribute("http.url", "/products/" + i)
				.setAttribute("outcome", "SUCCESS")
				.setAttribute("exception", "none")
				.setAttribute("status", "200")
				.startSpan()
				.end();
		}
	}

	/**
	 * Does to scopes what Micrometer does to resources.
	 */
	private record RebuildingSpanExporter(SpanExporter delegate) implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			List<SpanData> rebuilt = new ArrayList<>();
			spans.forEach((span) -> rebuilt.add(new RebuiltSpanData(span)));
			return this.delegate.export(rebuilt);
		}

		@Override
		public CompletableResultCode flush() {
			return this.delegate.flush();
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.delegate.shutdown();
		}

	}

	private static final class RebuiltSpanData extends DelegatingSpanData {

		private final Resource resource;

		private final InstrumentationScopeInfo scope;

		RebuiltSpanData(SpanData span) {
			super(span);
			this.resource = span.getResource().toBuilder().build();
			this.scope = InstrumentationScopeInfo.create(span.getInstrumentationScopeInfo().getName());
		}

		@Override
		public Resource getResource() {
			return this.resource;
		}

		@Override
		public InstrumentationScopeInfo getInstrumentationScopeInfo() {
			return this.scope;
		}

	}

	private static final class CapturingSpanExporter implements SpanExporter {

		private final List<SpanData> spans = new ArrayList<>();

		private final CompletableResultCode exportResult = new CompletableResultCode().succeed();

		private final CompletableResultCode flushResult = new CompletableResultCode().succeed();

		private final CompletableResultCode shutdownResult = new CompletableResultCode().succeed();

		@Override
		public CompletableResultCode export(Collection<SpanData> batch) {
			this.spans.addAll(batch);
			return this.exportResult;
		}

		@Override
		public CompletableResultCode flush() {
			return this.flushResult;
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.shutdownResult;
		}

		@Override
		public String toString() {
			return "capturing";
		}

	}

}
