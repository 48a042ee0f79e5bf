package io.github.otlpboot.forwarder;

import java.util.concurrent.CompletableFuture;

/**
 * Sends the requests of one signal to one destination. Implementations are thread-safe.
 */
public interface Transport extends AutoCloseable {

	/**
	 * Send one request without blocking.
	 * <p>
	 * The caller keeps the payloads alive until the future is done. Cancelling the future
	 * aborts the request, at whatever stage it is; that is how deadlines are enforced.
	 * @param request the request
	 * @return a future that always completes normally unless it is cancelled: every
	 * outcome is a value
	 */
	CompletableFuture<SendResult> send(SendRequest request);

	/**
	 * Free what the transport holds. Requests under way are aborted.
	 */
	@Override
	void close();

}
