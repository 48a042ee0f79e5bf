package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.otlpboot.sample.collector.RequestBody.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Answers OTLP/HTTP requests with binary protobuf (OTLP specification, OTLP/HTTP), one
 * thread for each, none of which keeps anything.
 */
final class OtlpHandler implements HttpHandler {

	private static final String PROTOBUF = "application/x-protobuf";

	private final Supplier<CollectorMode> mode;

	private final ReceivedTelemetry received;

	private final CollectorSettings settings;

	OtlpHandler(Supplier<CollectorMode> mode, ReceivedTelemetry received, CollectorSettings settings) {
		this.mode = mode;
		this.received = received;
		this.settings = settings;
	}

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			try {
				OtlpRequest request = read(exchange);
				apply(this.mode.get(), exchange.getResponseHeaders());
				// Counted before the answer: a client that has seen a success finds it
				// here
				this.received.add(request);
				this.received.answered(200);
				exchange.getResponseHeaders().set("Content-Type", PROTOBUF);
				// The message of a full success is empty
				exchange.sendResponseHeaders(200, -1);
			}
			catch (Refusal ex) {
				refuse(exchange, ex);
			}
			catch (InterruptedException ex) {
				// The collector stops: the connection closes without an answer
				Thread.currentThread().interrupt();
			}
		}
	}

	private OtlpRequest read(HttpExchange exchange) throws Refusal, IOException {
		OtlpRequest.Kind kind = OtlpRequest.Kind.ofPath(exchange.getRequestURI().getPath())
			.orElseThrow(() -> new Refusal(404, RpcStatus.NOT_FOUND, "Nothing here: try /v1/traces"));
		if (!exchange.getRequestMethod().equals("POST")) {
			exchange.getResponseHeaders().set("Allow", "POST");
			throw new Refusal(405, RpcStatus.UNIMPLEMENTED, "Telemetry comes by POST");
		}
		Headers headers = exchange.getRequestHeaders();
		if (!isProtobuf(headers.getFirst("Content-Type"))) {
			throw new Refusal(415, RpcStatus.INVALID_ARGUMENT, "The content type must be " + PROTOBUF);
		}
		if (isTooLong(headers.getFirst("Content-Length"))) {
			throw RequestBody.tooLarge();
		}
		byte[] body = RequestBody.read(exchange.getRequestBody(), headers.getFirst("Content-Encoding"));
		// The end of the stream, or the connection would not be used again
		RequestBody.discard(exchange.getRequestBody());
		try {
			return OtlpRequest.parse(kind, body);
		}
		catch (InvalidProtocolBufferException ex) {
			throw new Refusal(400, RpcStatus.INVALID_ARGUMENT,
					"The body is no request of " + kind.signal() + ": " + ex.getMessage());
		}
	}

	private static boolean isProtobuf(@Nullable String contentType) {
		return contentType != null && contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals(PROTOBUF);
	}

	private static boolean isTooLong(@Nullable String contentLength) {
		// The server has refused a length that is no number
		return contentLength != null && Long.parseLong(contentLength) > RequestBody.MAX_LENGTH;
	}

	private void apply(CollectorMode mode, Headers responseHeaders) throws Refusal, InterruptedException {
		switch (mode) {
			case OK -> {
				// As it should be
			}
			case UNAVAILABLE ->
				throw new Refusal(503, RpcStatus.UNAVAILABLE, "The collector was told to be unavailable");
			case THROTTLED -> {
				responseHeaders.set("Retry-After", String.valueOf(this.settings.retryAfter().toSeconds()));
				throw new Refusal(429, RpcStatus.RESOURCE_EXHAUSTED, "The collector was told to throttle");
			}
			case BAD_REQUEST -> throw new Refusal(400, RpcStatus.INVALID_ARGUMENT, "The collector was told to refuse");
			case SLOW -> TimeUnit.NANOSECONDS.sleep(this.settings.slowDelay().toNanos());
		}
	}

	private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
		this.received.answered(refusal.status());
		byte[] body = refusal.body().toByteArray();
		exchange.getResponseHeaders().set("Content-Type", PROTOBUF);
		exchange.sendResponseHeaders(refusal.status(), body.length);
		exchange.getResponseBody().write(body);
		exchange.getResponseBody().flush();
		RequestBody.discard(exchange.getRequestBody());
	}

}
