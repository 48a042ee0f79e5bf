package io.github.otlpboot.forwarder.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.forwarder.ChangingHeaders;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Sends OTLP over HTTP, as binary protobuf (OTLP specification, OTLP/HTTP): by HTTP/1.1
 * to http URLs, and by HTTP/2 where the server offers it to https URLs. Redirects are not
 * followed, so that credentials reach nobody else. The headers that change are asked for
 * at each attempt, on a thread of the connector.
 * <p>
 * Threads and connections are those of the {@link HttpConnector}. Nothing is done on the
 * caller's thread but to hand the request over. Thread-safe; no lock.
 */
public final class HttpTransport implements Transport {

	private final HttpConnector connector;

	private final HttpTransportSettings settings;

	private final ChangingHeaders<SentHeaders> headers;

	private volatile boolean closed;

	HttpTransport(HttpConnector connector, HttpTransportSettings settings, HeadersSupplier supplier, Clock clock) {
		this.connector = connector;
		this.settings = settings;
		this.headers = new ChangingHeaders<>(settings.headers(), supplier, HttpTransportSettings::check,
				(all) -> SentHeaders.of(all, settings.statusPolicy(), clock));
	}

	/**
	 * Send one request.
	 * <p>
	 * An answer larger than 4 MiB is given up ({@code RESPONSE_TOO_LARGE}). The payloads
	 * are not read any more once the future is done, in whatever way.
	 * @param request the request
	 * @return a future that always completes normally unless the caller ends it
	 */
	@Override
	public CompletableFuture<SendResult> send(SendRequest request) {
		HttpCall call = new HttpCall(this, new RequestPayloads(request.parts()));
		this.connector.execute(call, () -> start(call));
		return call;
	}

	boolean isClosed() {
		return this.closed;
	}

	private void start(HttpCall call) {
		if (call.isDone()) {
			return;
		}
		SentHeaders headers;
		try {
			headers = this.headers.ask();
		}
		catch (Throwable ex) {
			call.complete(ChangingHeaders.failed(ex));
			return;
		}
		if (call.isDone()) {
			// The supplier has taken longer than the attempt may
			return;
		}
		try {
			HttpClient client = this.connector.client();
			if (client == null) {
				// Whoever closes the connector ends the call as well
				return;
			}
			HttpRequest request = httpRequest(call.payloads(), headers);
			CompletableFuture<?> exchange = client.sendAsync(request,
					(info) -> new ResponseBody(call, info, headers.classifier(), headers.text()));
			call.onExchange(exchange);
			CompletableFuture<?> unused = exchange.whenComplete((response, ex) -> {
				this.connector.ended(client, ex);
				complete(call, headers, ex);
			});
		}
		catch (Throwable ex) {
			// An error too: the call has to end in any case
			complete(call, headers, ex);
		}
	}

	private static void complete(HttpCall call, SentHeaders headers, @Nullable Throwable exception) {
		if (exception != null) {
			call.complete(ConnectionFailure.translate(exception, headers.text()));
		}
	}

	private HttpRequest httpRequest(RequestPayloads payloads, SentHeaders headers) throws IOException {
		HttpRequest.Builder builder = HttpRequest.newBuilder(this.settings.endpoint());
		// No upgrade from 1.1 on plain text, which confuses servers
		builder.version("https".equalsIgnoreCase(this.settings.endpoint().getScheme()) ? HttpClient.Version.HTTP_2
				: HttpClient.Version.HTTP_1_1);
		builder.setHeader("User-Agent", this.settings.userAgent());
		headers.all().forEach(builder::setHeader);
		builder.setHeader("Content-Type", "application/x-protobuf");
		BodyPublisher body;
		if (this.settings.compression() == Compression.GZIP) {
			builder.setHeader("Content-Encoding", "gzip");
			body = RequestBody.gzip(payloads);
		}
		else {
			body = RequestBody.plain(payloads);
		}
		return builder.POST(body).build();
	}

	/**
	 * Abort the requests under way, whose futures complete with a retryable result. The
	 * connector stays open.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.connector.abort(this);
	}

	@Override
	public String toString() {
		return "HttpTransport[" + this.settings + "]";
	}

}
