package io.github.otlpboot.forwarder.http;

import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * One request under way, and the future of its result.
 * <p>
 * However it ends, the payloads are closed BEFORE the future is done, so that whoever is
 * told by it can give them back; a dependent action would be too late, since the actions
 * of others may run first. An end that is not an answer aborts the exchange.
 * <p>
 * Thread-safe without a lock: one side writes {@code abortive} and then reads
 * {@code exchange}, the other writes {@code exchange} and then reads {@code abortive}, so
 * at least one of them sees both.
 */
final class HttpCall extends CompletableFuture<SendResult> {

	private static final SendResult CLOSED = new SendResult.Retryable(
			new SendFailure(SendFailure.Kind.OTHER, null, "The transport has been closed", false), null);

	private final HttpTransport transport;

	private final RequestPayloads payloads;

	private volatile boolean abortive;

	private volatile @Nullable CompletableFuture<?> exchange;

	HttpCall(HttpTransport transport, RequestPayloads payloads) {
		this.transport = transport;
		this.payloads = payloads;
	}

	HttpTransport transport() {
		return this.transport;
	}

	RequestPayloads payloads() {
		return this.payloads;
	}

	/**
	 * The client has taken the request.
	 * @param exchange the client's future, whose cancellation aborts the exchange
	 */
	void onExchange(CompletableFuture<?> exchange) {
		this.exchange = exchange;
		if (this.abortive) {
			abort();
		}
	}

	/**
	 * End because the transport is closed.
	 */
	void onClose() {
		this.payloads.close();
		if (super.complete(CLOSED)) {
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
		CompletableFuture<?> exchange = this.exchange;
		if (exchange != null) {
			exchange.cancel(true);
		}
	}

}
