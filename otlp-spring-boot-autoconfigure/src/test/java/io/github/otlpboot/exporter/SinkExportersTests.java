package io.github.otlpboot.exporter;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.google.protobuf.ByteString;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span.Event;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SinkExporters}, with the real SDK in front of it.
 */
class SinkExportersTests {

	private final RecordingSink sink = new RecordingSink();

	private final OtlpHttpSpanExporter exporter = SinkExporters.spanExporter(this.sink);

	private final LogCapture log = new LogCapture();

	@BeforeEach
	void captureLog() {
		LogCapture.LOGGER.addHandler(this.log);
	}

	@AfterEach
	void releaseLog() {
		LogCapture.LOGGER.removeHandler(this.log);
		this.exporter.shutdown();
	}

	@Test
	void offersWhatWasRecorded() {
		List<SpanContext> contexts = new ArrayList<>();
		try (SdkTracerProvider provider = provider(this.exporter)) {
			Tracer tracer = provider.tracerBuilder("shop").setInstrumentationVersion("1.2").build();
			Span parent = tracer.spanBuilder("checkout").setSpanKind(SpanKind.SERVER).startSpan();
			Span child = tracer.spanBuilder("pay")
				.setParent(Context.root().with(parent))
				.addLink(parent.getSpanContext())
				.setAttribute("text", "Grüße ✓")
				.setAttribute("long", 42L)
				.setAttribute("double", 0.5)
				.setAttribute("boolean", true)
				.setAttribute(AttributeKey.stringArrayKey("list"), List.of("a", "b"))
				.startSpan();
			child.addEvent("retried", Attributes.of(AttributeKey.longKey("attempt"), 2L));
			child.recordException(new IllegalStateException("card refused"));
			child.setStatus(StatusCode.ERROR, "card refused");
			child.end();
			parent.end();
			contexts.add(child.getSpanContext());
			contexts.add(parent.getSpanContext());
		}
		assertThat(this.sink.batches()).singleElement().satisfies((batch) -> {
			assertThat(batch.signal()).isEqualTo(Signal.TRACES);
			assertThat(batch.items()).isEqualTo(2);
			assertThat(batch.payload().length()).isEqualTo(batch.size());
		});
		ExportTraceServiceRequest request = this.sink.requests().get(0);
		assertThat(request.getUnknownFields().asMap()).isEmpty();
		assertThat(request.getResourceSpansList()).singleElement().satisfies((resource) -> {
			assertThat(value(resource.getResource().getAttributesList(), "service.name")).isEqualTo("shop");
			assertThat(resource.getScopeSpansList()).singleElement().satisfies((scope) -> {
				assertThat(scope.getScope().getName()).isEqualTo("shop");
				assertThat(scope.getScope().getVersion()).isEqualTo("1.2");
			});
		});
		List<io.opentelemetry.proto.trace.v1.Span> spans = this.sink.spans();
		assertThat(spans).extracting((span) -> hex(span.getSpanId()))
			.containsExactlyElementsOf(contexts.stream().map(SpanContext::getSpanId).toList());
		assertThat(spans).extracting((span) -> hex(span.getTraceId()))
			.containsOnly(contexts.get(0).getTraceId())
			.hasSize(2);
		io.opentelemetry.proto.trace.v1.Span child = spans.get(0);
		assertThat(hex(child.getParentSpanId())).isEqualTo(contexts.get(1).getSpanId());
		assertThat(child.getName()).isEqualTo("pay");
		assertThat(child.getAttributesList()).hasSize(5);
		assertThat(value(child.getAttributesList(), "text")).isEqualTo("Grüße ✓");
		assertThat(child.getAttributesList()).filteredOn((attribute) -> attribute.getKey().equals("long"))
			.singleElement()
			.satisfies((attribute) -> assertThat(attribute.getValue().getIntValue()).isEqualTo(42));
		assertThat(child.getEventsList()).extracting(Event::getName).containsExactly("retried", "exception");
		assertThat(child.getLinksList()).singleElement()
			.satisfies((link) -> assertThat(hex(link.getSpanId())).isEqualTo(contexts.get(1).getSpanId()));
		assertThat(child.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
		assertThat(spans.get(1).getKind()).isEqualTo(io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER);
	}

	@Test
	void whenRefusedFailsTheExportAndTheLogSaysWhy() {
		this.sink.answering((batch) -> CompletableFuture
			.completedFuture(AcceptResult.refused(batch.items(), RefusalReason.BUFFER_FULL)));
		CompletableResultCode result = this.exporter.export(spans(3));
		assertThat(result.isDone()).isTrue();
		assertThat(result.isSuccess()).isFalse();
		assertThat(this.log.messages).singleElement()
			.asString()
			.contains("429")
			.contains("The memory buffer for traces is full: all 3 spans of this export were refused and counted"
					+ " (reason buffer_full)");
		assertThat(this.sink.batches()).as("no retry").hasSize(1);
		assertThat(this.exporter.toString()).doesNotContain("retryPolicy");
	}

	@Test
	void whenAPartIsRefusedSucceedsSilently() {
		this.sink.answering(new AcceptResult(2, 1, RefusalReason.TOO_LARGE));
		assertThat(this.exporter.export(spans(3)).isSuccess()).isTrue();
		assertThat(this.log.messages).isEmpty();
	}

	@Test
	void whenSinkFailsFailsTheExport() {
		IOException failure = new IOException("disk full");
		this.sink.answering((batch) -> CompletableFuture.failedFuture(failure));
		assertFailedWith(failure, this.exporter.export(spans(1)));
	}

	@Test
	void whenSinkThrowsFailsTheExport() {
		IllegalStateException failure = new IllegalStateException("broken sink");
		this.sink.answering((batch) -> {
			throw failure;
		});
		assertFailedWith(failure, this.exporter.export(spans(1)));
	}

	@Test
	@DisplayName("C14: an empty request succeeds and is not sent")
	void whenThereAreNoSpansSucceedsWithoutAnOffer() {
		assertThat(this.exporter.export(List.of()).isSuccess()).isTrue();
		assertThat(this.sink.batches()).isEmpty();
	}

	@Test
	@DisplayName("C44: after shutdown export answers failure")
	void whenShutDownFailsExportsAndLeavesTheSinkAlone() {
		assertThat(this.exporter.shutdown().isSuccess()).isTrue();
		assertThat(this.exporter.shutdown().isSuccess()).isTrue();
		CompletableResultCode result = this.exporter.export(spans(1));
		assertThat(result.isDone()).isTrue();
		assertThat(result.isSuccess()).isFalse();
		assertThat(this.sink.batches()).isEmpty();
		SpanExporter other = SinkExporters.spanExporter(this.sink);
		assertThat(other.export(spans(1)).isSuccess()).as("another exporter over the same sink").isTrue();
	}

	@Test
	void whenProviderClosesOffersWhatIsStillQueued() {
		try (SdkTracerProvider provider = provider(this.exporter)) {
			record(provider, 7);
			assertThat(this.sink.batches()).isEmpty();
		}
		assertThat(this.sink.spans()).hasSize(7);
	}

	@Test
	@DisplayName("a thread that has exported holds nothing of the request")
	void whenThePayloadIsGoneSoIsItsArray() {
		List<WeakReference<byte[]>> arrays = new ArrayList<>();
		SpanExporter other = SinkExporters.spanExporter((batch) -> {
			arrays.add(new WeakReference<>(batch.payload().array()));
			return CompletableFuture.completedFuture(AcceptResult.accepted(batch.items()));
		});
		assertThat(other.export(spans(1)).isSuccess()).isTrue();
		await().pollInSameThread().untilAsserted(() -> {
			System.gc();
			assertThat(arrays).singleElement().extracting(WeakReference::get).isNull();
		});
	}

	@Test
	void whenManyExportAtOnceEveryRequestStaysWhole() throws Exception {
		int threads = 8;
		int exports = 50;
		List<SpanData> spans = spans(20);
		ExecutorService answering = Executors.newFixedThreadPool(2);
		ExecutorService exporting = Executors.newFixedThreadPool(threads);
		try {
			// Answered late and by other threads, so that pooled marshalers are in use
			// for
			// several requests and come back in any order.
			this.sink.answering(
					(batch) -> CompletableFuture.supplyAsync(() -> AcceptResult.accepted(batch.items()), answering));
			CountDownLatch start = new CountDownLatch(1);
			List<Future<List<CompletableResultCode>>> runs = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				runs.add(exporting.submit(() -> {
					start.await();
					List<CompletableResultCode> results = new ArrayList<>();
					for (int i = 1; i <= exports; i++) {
						results.add(this.exporter.export(spans.subList(0, i % spans.size() + 1)));
					}
					return results;
				}));
			}
			start.countDown();
			for (Future<List<CompletableResultCode>> run : runs) {
				assertThat(run.get(30, TimeUnit.SECONDS))
					.allSatisfy((result) -> assertThat(result.join(30, TimeUnit.SECONDS).isSuccess()).isTrue());
			}
		}
		finally {
			exporting.shutdownNow();
			answering.shutdownNow();
		}
		assertThat(this.sink.batches()).hasSize(threads * exports);
		List<String> ids = spans.stream().map(SpanData::getSpanId).toList();
		for (Batch batch : this.sink.batches()) {
			assertThat(RecordingSink.spans(RecordingSink.parse(batch.payload())))
				.extracting((span) -> hex(span.getSpanId()))
				.containsExactlyElementsOf(ids.subList(0, batch.items()));
		}
	}

	@Test
	void doesNotReportMetricsOfItsOwn() {
		GlobalOpenTelemetry.resetForTest();
		GlobalOpenTelemetry.set(new MeterlessOpenTelemetry());
		try {
			assertThat(SinkExporters.spanExporter(this.sink).export(spans(1)).isSuccess()).isTrue();
		}
		finally {
			GlobalOpenTelemetry.resetForTest();
		}
	}

	@Test
	void loaderReplacesHttpSendersOnly() {
		SinkHttpSender sender = new SinkHttpSender(Signal.TRACES, this.sink);
		SinkComponentLoader loader = new SinkComponentLoader(sender);
		assertThat(loader.load(HttpSenderProvider.class)).hasSize(1);
		ComponentLoader standard = ComponentLoader.forClassLoader(getClass().getClassLoader());
		assertThat(standard.load(GrpcSenderProvider.class)).isNotEmpty();
		assertThat(loader.load(GrpcSenderProvider.class)).hasSameSizeAs(standard.load(GrpcSenderProvider.class));
		assertThat(this.exporter.toString()).contains("componentLoader=SinkComponentLoader",
				"endpoint=http://localhost/in-process", "compressorEncoding=null", "memoryMode=REUSABLE_DATA");
	}

	@Test
	void needsNoHttpClientLibrary() throws Exception {
		List<String> unwanted = List.of("okhttp", "okio", "kotlin");
		String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
		URL[] urls = Arrays.stream(classPath)
			.filter((entry) -> unwanted.stream().noneMatch(new File(entry).getName()::contains))
			.map(SinkExportersTests::url)
			.toArray(URL[]::new);
		assertThat(urls.length).isLessThan(classPath.length);
		try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> loader.loadClass("okhttp3.OkHttpClient"));
			Object probe = loader.loadClass(Probe.class.getName()).getDeclaredConstructor().newInstance();
			// The SDK looks for providers there
			Thread.currentThread().setContextClassLoader(loader);
			assertThat(((Callable<?>) probe).call()).isEqualTo(3);
		}
		finally {
			Thread.currentThread().setContextClassLoader(SinkExportersTests.class.getClassLoader());
		}
	}

	private static void assertFailedWith(Throwable failure, CompletableResultCode result) {
		assertThat(result.isDone()).isTrue();
		assertThat(result.isSuccess()).isFalse();
		assertThat(result.getFailureThrowable()).hasRootCause(failure);
	}

	private static List<SpanData> spans(int count) {
		List<SpanData> captured = new ArrayList<>();
		try (SdkTracerProvider provider = provider(new CollectingSpanExporter(captured))) {
			record(provider, count);
		}
		return captured;
	}

	private static SdkTracerProvider provider(SpanExporter exporter) {
		return SdkTracerProvider.builder()
			.setResource(Resource.getDefault().toBuilder().put("service.name", "shop").build())
			.addSpanProcessor(BatchSpanProcessor.builder(exporter).setScheduleDelay(1, TimeUnit.HOURS).build())
			.build();
	}

	private static void record(TracerProvider provider, int count) {
		for (int i = 0; i < count; i++) {
			provider.get("shop").spanBuilder("span-" + i).setAttribute("number", i).startSpan().end();
		}
	}

	private static String value(List<KeyValue> attributes, String key) {
		return attributes.stream()
			.filter((attribute) -> attribute.getKey().equals(key))
			.map((attribute) -> attribute.getValue().getStringValue())
			.findFirst()
			.orElseThrow();
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

	private static URL url(String path) {
		try {
			return new File(path).toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Runs in a class loader without any HTTP client library.
	 */
	public static final class Probe implements Callable<Integer> {

		@Override
		public Integer call() {
			RecordingSink sink = new RecordingSink();
			SpanExporter exporter = SinkExporters.spanExporter(sink);
			assertThat(exporter.export(spans(3)).isSuccess()).isTrue();
			return sink.spans().size();
		}

	}

	private record CollectingSpanExporter(List<SpanData> spans) implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> batch) {
			this.spans.addAll(batch);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	/**
	 * Fails whoever asks the global instance for meters.
	 */
	private static final class MeterlessOpenTelemetry implements OpenTelemetry {

		@Override
		public TracerProvider getTracerProvider() {
			return TracerProvider.noop();
		}

		@Override
		public MeterProvider getMeterProvider() {
			throw new AssertionError("The exporter asked for the global meter provider");
		}

		@Override
		public ContextPropagators getPropagators() {
			return ContextPropagators.noop();
		}

	}

	private static final class LogCapture extends Handler {

		// Held here, because java.util.logging references its loggers weakly.
		private static final Logger LOGGER = Logger.getLogger("io.opentelemetry.exporter.internal.http.HttpExporter");

		private final List<String> messages = new ArrayList<>();

		@Override
		public void publish(LogRecord record) {
			this.messages.add(record.getLevel() + " " + record.getMessage());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
