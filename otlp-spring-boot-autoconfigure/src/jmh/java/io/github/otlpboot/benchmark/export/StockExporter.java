package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.util.Collection;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * The exporter of OpenTelemetry at its defaults, sending to a server of its own.
 */
final class StockExporter implements SpanExporter {

	private final AnsweringServer server;

	private final SpanExporter exporter;

	private StockExporter(AnsweringServer server, SpanExporter exporter) {
		this.server = server;
		this.exporter = exporter;
	}

	/**
	 * Start one.
	 * @param sender a part of the name of the package that sends
	 * @return the exporter
	 * @throws IOException if its server cannot be started
	 */
	static StockExporter start(String sender) throws IOException {
		AnsweringServer server = AnsweringServer.start();
		return new StockExporter(server,
				OtlpHttpSpanExporter.builder()
					.setComponentLoader(new OneSender(sender))
					.setEndpoint(server.endpoint())
					.build());
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		return this.exporter.export(spans);
	}

	@Override
	public CompletableResultCode flush() {
		return this.exporter.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		this.server.close();
		return this.exporter.shutdown();
	}

	/**
	 * Of all senders on the class path, finds one.
	 */
	private record OneSender(String sender) implements ComponentLoader {

		@Override
		public <T> Iterable<T> load(Class<T> type) {
			Iterable<T> all = ServiceLoader.load(type);
			if (type != HttpSenderProvider.class) {
				return all;
			}
			return StreamSupport.stream(all.spliterator(), false)
				.filter((provider) -> provider.getClass().getName().contains(this.sender))
				.toList();
		}

	}

}
