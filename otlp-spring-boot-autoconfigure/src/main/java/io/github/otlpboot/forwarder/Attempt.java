package io.github.otlpboot.forwarder;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.github.otlpboot.breaker.Permit;
import org.jspecify.annotations.Nullable;

/**
 * One sending of a request. Compared by identity: a request may be sent again with the
 * same content.
 */
final class Attempt {

	private final Request request;

	private final Permit permit;

	private final CompletableFuture<SendResult> outcome;

	private final long startedAt;

	private boolean superseded;

	/**
	 * Create an attempt.
	 * @param request what is sent
	 * @param permit the breaker's permit
	 * @param outcome completes with the result
	 * @param startedAt when it was sent, in nanoseconds
	 */
	Attempt(Request request, Permit permit, CompletableFuture<SendResult> outcome, long startedAt) {
		this.request = request;
		this.permit = permit;
		this.outcome = outcome;
		this.startedAt = startedAt;
	}

	Request request() {
		return this.request;
	}

	long age(long now) {
		return now - this.startedAt;
	}

	/**
	 * What this attempt was made with has changed meanwhile, so that its failure says
	 * nothing about the next one.
	 */
	void supersede() {
		this.superseded = true;
	}

	boolean isSuperseded() {
		return this.superseded;
	}

	/**
	 * Call somebody when this has ended, which it may have.
	 * @param callback gets the result, or what there is in place of one
	 */
	void onEnd(BiConsumer<@Nullable SendResult, @Nullable Throwable> callback) {
		// Nothing depends on the stage after this one.
		CompletableFuture<SendResult> unused = this.outcome.whenComplete(callback);
	}

	void abort() {
		this.outcome.cancel(true);
	}

	/**
	 * Report the outcome to the circuit breaker. A refusal that is no sign of ill health
	 * neither opens nor closes it.
	 * @param result the outcome
	 */
	void report(SendResult result) {
		SendFailure failure = result.failure();
		if (failure == null) {
			this.permit.success();
		}
		else if (failure.unhealthy()) {
			this.permit.failure();
		}
		else {
			this.permit.ignore();
		}
	}

}
