package io.github.otlpboot.model;

import java.util.concurrent.CompletableFuture;

/**
 * Where serialized telemetry goes in. Exporters know this interface and nothing behind
 * it.
 * <p>
 * Implementations are thread-safe, return without waiting for disk or network, and never
 * throw; what cannot be taken is refused in the result.
 */
@FunctionalInterface
public interface BatchSink {

	/**
	 * Offer a batch. The sink owns the payload from here on, whatever the result.
	 * @param batch the batch
	 * @return a future that completes normally once the batch is stored, as far as
	 * storage is configured, or refused
	 */
	CompletableFuture<AcceptResult> accept(Batch batch);

}
