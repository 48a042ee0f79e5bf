package io.github.otlpboot.sample.kill;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import org.jspecify.annotations.Nullable;

/**
 * A collector that tells spans, log records and data points apart, whatever they are, and
 * can be stopped and started again on the same port. Thread-safe but for {@link #start()}
 * and {@link #stop()}, which belong to one thread.
 */
final class DistinctCollector implements AutoCloseable {

	/** The header that names the process. */
	static final String GENERATION = "generation";

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "collector");
		thread.setDaemon(true);
		return thread;
	});

	/** Guards the rest. */
	private final Object lock = new Object();

	private final Map<Signal, Set<ByteString>> items = new EnumMap<>(Signal.class);

	private final Map<Signal, Long> largest = new EnumMap<>(Signal.class);

	private final Map<String, Long> received = new HashMap<>();

	private @Nullable HttpServer server;

	/** Keeps the port while the server is stopped. */
	private @Nullable Socket held;

	private int port;

	DistinctCollector() {
		for (Signal signal : Signal.values()) {
			this.items.put(signal, new HashSet<>());
		}
	}

	void start() throws IOException {
		release();
		HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 64);
		started.setExecutor(this.executor);
		started.createContext("/v1/traces", (exchange) -> answer(exchange, Signal.TRACES));
		started.createContext("/v1/metrics", (exchange) -> answer(exchange, Signal.METRICS));
		started.createContext("/v1/logs", (exchange) -> answer(exchange, Signal.LOGS));
		started.start();
		this.port = started.getAddress().getPort();
		this.server = started;
	}

	/**
	 * Close all connections, whatever they are doing, and listen no more.
	 */
	void stop() {
		if (this.server != null) {
			this.server.stop(0);
			this.server = null;
			this.held = hold(this.port);
		}
	}

	// Somebody else who asks for any free port would get what is sent here
	private static Socket hold(int port) {
		Socket socket = new Socket();
		try {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			// Then the next start tells
		}
		return socket;
	}

	private void release() throws IOException {
		Socket holding = this.held;
		if (holding != null) {
			holding.close();
			this.held = null;
		}
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	private void answer(HttpExchange exchange, Signal signal) throws IOException {
		try (exchange; InputStream body = body(exchange)) {
			List<ByteString> parts = parts(signal, body);
			String generation = exchange.getRequestHeaders().getFirst(GENERATION);
			synchronized (this.lock) {
				this.items.get(signal).addAll(parts);
				this.largest.merge(signal, (long) parts.size(), Math::max);
				this.received.merge(signal + " " + generation, (long) parts.size(), Long::sum);
				this.received.merge(signal.toString(), (long) parts.size(), Long::sum);
			}
			exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
			exchange.sendResponseHeaders(200, -1);
		}
	}

	private static InputStream body(HttpExchange exchange) throws IOException {
		boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
		return zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
	}

	private static List<ByteString> parts(Signal signal, InputStream body) throws IOException {
		List<ByteString> parts = new ArrayList<>();
		switch (signal) {
			case TRACES -> ExportTraceServiceRequest.parseFrom(body)
				.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> scope.getSpansList().forEach((span) -> parts.add(span.getSpanId()))));
			case LOGS -> ExportLogsServiceRequest.parseFrom(body)
				.getResourceLogsList()
				.forEach((resource) -> resource.getScopeLogsList()
					.forEach((scope) -> scope.getLogRecordsList().forEach((log) -> parts.add(log.toByteString()))));
			case METRICS -> ExportMetricsServiceRequest.parseFrom(body)
				.getResourceMetricsList()
				.forEach((resource) -> resource.getScopeMetricsList()
					.forEach((scope) -> scope.getMetricsList()
						.forEach((metric) -> points(metric)
							.forEach((point) -> parts.add(metric.getNameBytes().concat(point.toByteString()))))));
		}
		return parts;
	}

	private static List<? extends MessageLite> points(Metric metric) {
		return switch (metric.getDataCase()) {
			case GAUGE -> metric.getGauge().getDataPointsList();
			case SUM -> metric.getSum().getDataPointsList();
			case HISTOGRAM -> metric.getHistogram().getDataPointsList();
			case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsList();
			case SUMMARY -> metric.getSummary().getDataPointsList();
			case DATA_NOT_SET -> List.of();
		};
	}

	/**
	 * Return how many different items have arrived.
	 * @param signal the signal
	 * @return the number of items
	 */
	long distinct(Signal signal) {
		synchronized (this.lock) {
			return this.items.get(signal).size();
		}
	}

	/**
	 * Return how many items have arrived, with duplicates.
	 * @param signal the signal
	 * @return the number of items
	 */
	long received(Signal signal) {
		synchronized (this.lock) {
			return this.received.getOrDefault(signal.toString(), 0L);
		}
	}

	/**
	 * Return how many of them a process has sent.
	 * @param signal the signal
	 * @param generation the process
	 * @return the number of items
	 */
	long received(Signal signal, int generation) {
		synchronized (this.lock) {
			return this.received.getOrDefault(signal + " " + generation, 0L);
		}
	}

	/**
	 * Return how many items the largest request had.
	 * @param signal the signal
	 * @return the number of items
	 */
	long largest(Signal signal) {
		synchronized (this.lock) {
			return this.largest.getOrDefault(signal, 0L);
		}
	}

	@Override
	public void close() throws IOException {
		stop();
		release();
		this.executor.shutdownNow();
	}

}
