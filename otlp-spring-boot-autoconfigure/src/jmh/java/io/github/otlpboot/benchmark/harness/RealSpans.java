package io.github.otlpboot.benchmark.harness;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.BatchSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Makes spans with the SDK as a web application would have them: requests with queries
 * and calls below them, about eight attributes each, some with events and errors. The
 * same on every run, ids and times apart.
 */
public final class RealSpans {

	/**
	 * As many spans as the SDK exports at a time.
	 */
	public static final int BATCH = 512;

	private static final int QUERIES = 3;

	private static final String[] ROUTES = { "/orders/{id}", "/customers/{id}/orders", "/products",
			"/cart/{id}/items" };

	private static final String[] STATEMENTS = { "select o.id, o.customer, o.total from orders o where o.id = ?",
			"insert into audit_log (event, at, actor) values (?, ?, ?)",
			"select p.id, p.name, p.price, p.stock from products p order by p.name limit 50" };

	private RealSpans() {
	}

	/**
	 * Make spans.
	 * @param count how many
	 * @return ended spans, as exporters get them
	 */
	public static List<SpanData> make(int count) {
		Collecting collecting = new Collecting();
		Resource resource = Resource.create(Attributes.builder()
			.put("service.name", "orders")
			.put("service.namespace", "shop")
			.put("service.version", "1.42.0")
			.put("service.instance.id", "orders-7f9c6d5b4-x2v8q")
			.put("host.name", "node-17")
			.put("telemetry.sdk.language", "java")
			.build());
		try (SdkTracerProvider provider = SdkTracerProvider.builder()
			.setResource(resource)
			.addSpanProcessor(SimpleSpanProcessor.create(collecting))
			.build()) {
			Tracer tracer = provider.get("org.springframework.boot");
			Random random = new Random(42);
			while (collecting.spans.size() < count) {
				makeRequest(tracer, random);
			}
		}
		return List.copyOf(collecting.spans.subList(0, count));
	}

	/**
	 * Serialize spans as one request.
	 * @param spans the spans
	 * @return the bytes of an {@code ExportTraceServiceRequest}
	 */
	public static byte[] serialize(List<SpanData> spans) {
		byte[][] request = new byte[1][];
		BatchSink sink = (batch) -> {
			request[0] = new byte[batch.size()];
			batch.payload().asByteBuffer().get(request[0]);
			batch.payload().release();
			return CompletableFuture.completedFuture(AcceptResult.accepted(batch.items()));
		};
		try (SpanExporter exporter = SinkExporters.spanExporter(sink)) {
			exporter.export(spans);
		}
		return request[0];
	}

	/**
	 * Make different requests of {@value #BATCH} spans each.
	 * @param count how many
	 * @return their bytes
	 */
	public static List<byte[]> requests(int count) {
		List<SpanData> spans = make(count * BATCH);
		return IntStream.range(0, count).mapToObj((i) -> serialize(spans.subList(i * BATCH, (i + 1) * BATCH))).toList();
	}

	/**
	 * Make and end the spans of one request: its own and those of three queries.
	 * @param tracer makes the spans
	 * @param random tells the requests apart
	 * @return how many spans were made
	 */
	@SuppressWarnings("try") // a scope is for being closed
	public static int makeRequest(Tracer tracer, Random random) {
		String route = ROUTES[random.nextInt(ROUTES.length)];
		boolean failed = random.nextInt(10) == 0;
		Span server = tracer.spanBuilder("http get " + route)
			.setSpanKind(SpanKind.SERVER)
			.setAttribute("http.request.method", "GET")
			.setAttribute("http.route", route)
			.setAttribute("url.path", route.replace("{id}", Integer.toString(random.nextInt(100_000))))
			.setAttribute("url.scheme", "https")
			.setAttribute("server.address", "shop.example.com")
			.setAttribute(AttributeKey.longKey("http.response.status_code"), failed ? 500L : 200L)
			.setAttribute("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
			.setAttribute("client.address", "192.0.2." + random.nextInt(256))
			.startSpan();
		try (Scope scope = server.makeCurrent()) {
			for (int i = 0; i < QUERIES; i++) {
				query(tracer, random);
			}
			if (failed) {
				server.addEvent("exception",
						Attributes.of(AttributeKey.stringKey("exception.type"),
								"java.sql.SQLTransientConnectionException", AttributeKey.stringKey("exception.message"),
								"HikariPool-1 - Connection is not available, request timed out after 30000ms"));
				server.setStatus(StatusCode.ERROR, "no connection");
			}
		}
		finally {
			server.end();
		}
		return 1 + QUERIES;
	}

	private static void query(Tracer tracer, Random random) {
		Span client = tracer.spanBuilder("query orders")
			.setSpanKind(SpanKind.CLIENT)
			.setAttribute("db.system.name", "postgresql")
			.setAttribute("db.namespace", "orders")
			.setAttribute("db.query.text", STATEMENTS[random.nextInt(STATEMENTS.length)])
			.setAttribute("db.operation.name", "SELECT")
			.setAttribute("server.address", "orders-db.internal")
			.setAttribute(AttributeKey.longKey("server.port"), 5432L)
			.setAttribute(AttributeKey.longKey("db.response.returned_rows"), (long) random.nextInt(50))
			.setAttribute("thread.name", "http-nio-8080-exec-" + random.nextInt(10))
			.startSpan();
		if (random.nextInt(4) == 0) {
			client.addEvent("acquired",
					Attributes.of(AttributeKey.longKey("pool.wait.micros"), (long) random.nextInt(900)));
		}
		client.end();
	}

	/**
	 * Keeps what it is given.
	 */
	private static final class Collecting implements SpanExporter {

		private final List<SpanData> spans = new ArrayList<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.spans.addAll(spans);
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

}
