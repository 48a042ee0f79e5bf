package io.github.otlpboot.forwarder.grpc;

import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.model.Signal;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Sends OTLP over gRPC (OTLP specification, OTLP/gRPC). It has a connection of its own,
 * so that the flow control of one signal never holds up another.
 * <p>
 * The library's own retries and waits are out of the way: a request that finds its
 * connection broken makes a new one, name look-up included, because when to try again is
 * for the route to say. A connection on which a request was given up is not used again,
 * and closed when the others on it have ended.
 * <p>
 * Threads are those of the {@link GrpcConnector}. Nothing is done on the caller's thread
 * but to hand the request over. Thread-safe; no lock.
 */
public final class GrpcTransport implements Transport {

	private final GrpcConnector connector;

	private final GrpcTransportSettings settings;

	private final AnswerClassifier classifier;

	private final NameLookup nameLookup;

	private final AtomicReference<GrpcConnection> connection = new AtomicReference<>();

	private volatile boolean closed;

	GrpcTransport(GrpcConnector connector, GrpcTransportSettings settings) {
		this.connector = connector;
		this.settings = settings;
		this.classifier = new AnswerClassifier(settings.codePolicy(), new ResponseText(settings.headers()));
		this.nameLookup = new NameLookup(settings.authority());
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
		GrpcCall call = new GrpcCall(new RequestPayloads(request.parts()));
		this.connector.execute(this, call, () -> start(call, request.signal()));
		return call;
	}

	boolean isClosed() {
		return this.closed;
	}

	private void start(GrpcCall call, Signal signal) {
		if (call.isDone()) {
			return;
		}
		try {
			GrpcConnection connection = connection();
			CompletableFuture<?> unused = call.whenComplete((result, ex) -> connection.leave());
			if (this.closed) {
				// Whoever closes the transport ends the call, but may not have seen this
				connection.retire();
				return;
			}
			if (!connection.isReady()) {
				this.nameLookup.check();
			}
			exchange(call, signal, connection);
		}
		catch (UnknownHostException ex) {
			call.giveUp(this.classifier.classifyNoAnswer(Status.UNAVAILABLE.withCause(ex)));
		}
		catch (Throwable ex) {
			// An error too: the call has to end in any case
			call.giveUp(this.classifier.classifyNoAnswer(Status.fromThrowable(ex)));
		}
	}

	private GrpcConnection connection() {
		GrpcConnection current = this.connection.get();
		while (current == null || !current.enter()) {
			GrpcConnection next = new GrpcConnection(this.connector.channel(this.settings));
			if (!this.connection.compareAndSet(current, next)) {
				next.retire();
			}
			current = this.connection.get();
		}
		return current;
	}

	private void exchange(GrpcCall call, Signal signal, GrpcConnection connection) {
		CompletableFuture<Void> connected = new CompletableFuture<>();
		Future<?> timer = this.connector.afterConnectTimeout(() -> {
			if (!connected.isDone()) {
				call.giveUp(ConnectionFailure.connectTimeout());
			}
		});
		CompletableFuture<Object> unused = CompletableFuture.anyOf(connected, call)
			.whenComplete((result, ex) -> timer.cancel(false));
		Exchange exchange = new Exchange(call, this.classifier, connected);
		CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(exchange.tracerFactory());
		if (this.settings.compressed()) {
			options = options.withCompression("gzip");
		}
		ClientCall<RequestPayloads, ExportMethods.Response> clientCall = connection.channel()
			.newCall(ExportMethods.of(signal), options);
		clientCall.start(exchange, metadata());
		call.onExchange(connection, clientCall);
		clientCall.request(1);
		clientCall.sendMessage(call.payloads());
		clientCall.halfClose();
	}

	private Metadata metadata() {
		Metadata metadata = new Metadata();
		this.settings.headers().forEach((name, value) -> {
			if (!name.equals(GrpcTransportSettings.USER_AGENT_HEADER)) {
				metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
			}
		});
		return metadata;
	}

	/**
	 * Abort the requests under way, whose futures complete with a retryable result, and
	 * close the connection. The connector stays open.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.connector.close(this);
		GrpcConnection current = this.connection.get();
		if (current != null) {
			current.retire();
		}
	}

	@Override
	public String toString() {
		return "GrpcTransport[" + this.settings + "]";
	}

}
