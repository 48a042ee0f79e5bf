package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import io.github.otlpboot.breaker.Permit;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a route that are under way. Answers arrive on any thread and wait in a
 * queue; all methods belong to the thread of the route, except {@link #count()}.
 */
final class Attempts {

	private final Duration timeout;

	private final Runnable wake;

	private final List<Attempt> inFlight = new ArrayList<>();

	private final Queue<Completion> completions = new ConcurrentLinkedQueue<>();

	private volatile int count;

	/**
	 * Create an empty list.
	 * @param timeout after how long an attempt is aborted
	 * @param wake called when an answer has arrived
	 */
	Attempts(Duration timeout, Runnable wake) {
		this.timeout = timeout;
		this.wake = wake;
	}

	void start(Request request, Permit permit, long now, Supplier<CompletableFuture<SendResult>> send) {
		CompletableFuture<SendResult> outcome = outcome(send);
		try {
			Attempt attempt = new Attempt(request, permit, outcome, now);
			// Before the attempt counts as under way: it could not end if there were no
			// memory for this.
			attempt.onEnd((result, ex) -> {
				ended(attempt, result, ex);
				this.wake.run();
			});
			this.inFlight.add(attempt);
			this.count = this.inFlight.size();
		}
		catch (RuntimeException | Error ex) {
			// The caller sends it again, which must not happen twice at a time.
			outcome.cancel(true);
			throw ex;
		}
	}

	private void ended(Attempt attempt, @Nullable SendResult result, @Nullable Throwable ex) {
		this.completions.add(new Completion(attempt, (result != null) ? result : noResult(ex)));
	}

	private static CompletableFuture<SendResult> outcome(Supplier<CompletableFuture<SendResult>> send) {
		try {
			return send.get();
		}
		catch (RuntimeException | Error ex) {
			// An error too, such as that no thread can be had: it has to be sent again.
			return CompletableFuture.failedFuture(ex);
		}
	}

	private SendResult noResult(@Nullable Throwable ex) {
		SendFailure failure = (ex instanceof CancellationException)
				? new SendFailure(SendFailure.Kind.TIMEOUT, null, "no answer within " + this.timeout, true)
				: new SendFailure(SendFailure.Kind.OTHER, null, String.valueOf(ex), true);
		return new SendResult.Retryable(failure, null);
	}

	/**
	 * Return an attempt that has ended.
	 * @return the next one, {@code null} if there is none
	 */
	@Nullable Completion poll() {
		Completion completion = this.completions.poll();
		// An attempt that was aborted at close is nobody's any more.
		while (completion != null && !this.inFlight.remove(completion.attempt())) {
			completion = this.completions.poll();
		}
		this.count = this.inFlight.size();
		return completion;
	}

	/**
	 * Abort what has taken too long; it then completes as timed out. This is the only
	 * deadline that covers a whole attempt: a client's own stops at the headers.
	 * @param now the time in nanoseconds
	 */
	void abortOverdue(long now) {
		for (Attempt attempt : this.inFlight) {
			if (attempt.age(now) >= this.timeout.toNanos()) {
				attempt.abort();
				// Where there was no memory to note that it has ended, nobody else will.
				// If it was noted, that comes first.
				attempt.onEnd((result, ex) -> ended(attempt, result, ex));
			}
		}
	}

	/**
	 * What the attempts under way were made with has changed.
	 */
	void supersedeAll() {
		this.inFlight.forEach(Attempt::supersede);
	}

	void abortAll() {
		List<Attempt> aborted = List.copyOf(this.inFlight);
		this.inFlight.clear();
		this.count = 0;
		aborted.forEach(Attempt::abort);
	}

	long nanosUntilWork(long now) {
		if (!this.completions.isEmpty()) {
			return 0;
		}
		long wait = Long.MAX_VALUE;
		for (Attempt attempt : this.inFlight) {
			wait = Math.min(wait, Math.max(0, this.timeout.toNanos() - attempt.age(now)));
		}
		return wait;
	}

	boolean isEmpty() {
		return this.inFlight.isEmpty();
	}

	/**
	 * Return how many requests are under way.
	 * @return the number, as of the last change
	 */
	int count() {
		return this.count;
	}

	/**
	 * An attempt that has ended.
	 *
	 * @param attempt the attempt
	 * @param result its outcome
	 */
	record Completion(Attempt attempt, SendResult result) {

	}

}
