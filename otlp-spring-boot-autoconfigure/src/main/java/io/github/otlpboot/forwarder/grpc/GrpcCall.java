package io.github.otlpboot.forwarder.grpc;

import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.grpc.ClientCall;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, and the future of its result.
 * <p>
 * However it ends, the payloads are closed BEFORE the future is done, so that whoever is
 * told by it can give them back; a dependent action would be too late, since the actions
 * of others may run first. An end that is not an answer aborts the exchange, and its
 * connection takes no other.
 * <p>
 * Thread-safe without a lock: one side writes {@code abortive} and then reads
 * {@code exchange}, the other writes {@code exchange} and then reads {@code abortive}, so
 * at least one of them sees both. Of the library's call, only {@code cancel} is called by
 * several threads, which it allows.
 */
final class GrpcCall extends CompletableFuture<SendResult> {

	private static final SendResult CLOSED = new SendResult.Retryable(
			new SendFailure(SendFailure.Kind.OTHER, null, "The transport has been closed", false), null);

	private final RequestPayloads payloads;

	private volatile boolean abortive;

	private volatile @Nullable GrpcConnection connection;

	private volatile @Nullable ClientCall<?, ?> exchange;

	GrpcCall(RequestPayloads payloads) {
		this.payloads = payloads;
	}

	RequestPayloads payloads() {
		return this.payloads;
	}

	/**
	 * The library has taken the request.
	 * @param connection what it is on
	 * @param exchange the library's call
	 */
	void onExchange(GrpcConnection connection, ClientCall<?, ?> exchange) {
		this.connection = connection;
		this.exchange = exchange;
		if (this.abortive) {
			abort();
		}
	}

	/**
	 * End because the transport is closed.
	 */
	void onClose() {
		giveUp(CLOSED);
	}

	/**
	 * End with a result that is not the server's, and abort the exchange.
	 * @param result the result
	 */
	void giveUp(SendResult result) {
		this.payloads.close();
		if (super.complete(result)) {
			abort();
		}
	}

	@Override
	public boolean complete(SendResult result) {
		this.payloads.close();
		return super.complete(result);
	}

	@Override
	public boolean completeExceptionally(Throwable exception) {
		this.payloads.close();
		boolean ended = super.completeExceptionally(exception);
		if (ended) {
			abort();
		}
		return ended;
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		this.payloads.close();
		boolean wasDone = isDone();
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (!wasDone && cancelled) {
			abort();
		}
		return cancelled;
	}

	private void abort() {
		this.abortive = true;
		ClientCall<?, ?> exchange = this.exchange;
		if (exchange != null) {
			exchange.cancel("The request has been given up", null);
		}
		GrpcConnection connection = this.connection;
		if (connection != null) {
			// It may be dead without anybody having said so
			connection.retire();
		}
	}

}
