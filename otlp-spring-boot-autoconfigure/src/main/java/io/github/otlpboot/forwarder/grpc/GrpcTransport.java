package io.github.otlpboot.forwarder.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.model.Signal;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Sends OTLP over gRPC (OTLP specification, OTLP/gRPC). It has a channel of its own, that
 * is one connection, so that the flow control of one signal never holds up another.
 * <p>
 * The library's own retries and waits are out of the way: each request that finds no
 * connection makes a new attempt at one, name look-up included, because when to try again
 * is for the route to say. A connection on which a request was given up is not used
 * again, since it may be dead without anybody having said so.
 * <p>
 * Threads are those of the {@link GrpcConnector}. Nothing is done on the caller's thread
 * but to hand the request over. Thread-safe; no lock.
 */
public final class GrpcTransport implements Transport {

	private final GrpcConnector connector;

	private final GrpcTransportSettings settings;

	private final ManagedChannel channel;

	private final AnswerClassifier classifier;

	private volatile boolean closed;

	GrpcTransport(GrpcConnector connector, GrpcTransportSettings settings, ManagedChannel channel) {
		this.connector = connector;
		this.settings = settings;
		this.channel = channel;
		this.classifier = new AnswerClassifier(settings.codePolicy(), new ResponseText(settings.headers()));
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
		GrpcCall call = new GrpcCall(this, new RequestPayloads(request.parts()));
		this.connector.execute(this, call, () -> start(call, request.signal()));
		return call;
	}

	boolean isClosed() {
		return this.closed;
	}

	ManagedChannel channel() {
		return this.channel;
	}

	private void start(GrpcCall call, Signal signal) {
		if (call.isDone()) {
			return;
		}
		try {
			if (this.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
				// Or the call would fail at once until the library's own wait is over
				this.channel.enterIdle();
			}
			CompletableFuture<Void> connected = new CompletableFuture<>();
			watch(call, connected);
			exchange(call, signal, new Exchange(call, this.classifier, connected));
		}
		catch (Throwable ex) {
			// An error too: the call has to end in any case
			call.giveUp(this.classifier.classifyNoAnswer(Status.fromThrowable(ex)));
		}
	}

	private void watch(GrpcCall call, CompletableFuture<Void> connected) {
		Future<?> timer = this.connector.afterConnectTimeout(() -> {
			if (!connected.isDone()) {
				call.giveUp(ConnectionFailure.connectTimeout());
				abandonConnection();
			}
		});
		CompletableFuture<Object> unused = CompletableFuture.anyOf(connected, call)
			.whenComplete((result, ex) -> timer.cancel(false));
	}

	private void exchange(GrpcCall call, Signal signal, Exchange exchange) {
		CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(exchange.tracerFactory());
		if (this.settings.compressed()) {
			options = options.withCompression("gzip");
		}
		ClientCall<RequestPayloads, ExportMethods.Response> clientCall = this.channel.newCall(ExportMethods.of(signal),
				options);
		clientCall.start(exchange, metadata());
		call.onExchange(clientCall);
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
	 * Use another connection from now on. Requests under way end on the one that they are
	 * on.
	 */
	void abandonConnection() {
		if (!this.closed) {
			this.channel.enterIdle();
		}
	}

	/**
	 * Abort the requests under way, whose futures complete with a retryable result, and
	 * close the connection. The connector stays open.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.connector.close(this);
	}

	@Override
	public String toString() {
		return "GrpcTransport[" + this.settings + "]";
	}

}
