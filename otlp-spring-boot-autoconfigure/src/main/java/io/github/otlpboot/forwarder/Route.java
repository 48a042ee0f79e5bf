package io.github.otlpboot.forwarder;

import java.time.Duration;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.breaker.Permit;
import io.github.otlpboot.forwarder.Attempts.Completion;
import io.github.otlpboot.forwarder.RouteTracker.View;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * One signal on its way to one destination. It owns its backlog, breaker, backoff,
 * requests in flight and pause, so that nothing of one route reaches another.
 * <p>
 * The forwarder's thread alone calls {@link #doWork}, {@link #nanosUntilWork} and
 * {@link #close}, and owns all fields without a comment; answers arrive on other threads
 * and wait in a queue for it. The other public methods may be called by any thread.
 */
public final class Route {

	/**
	 * The most bytes of a request before compression (OTLP specification, request size).
	 */
	static final long MAX_REQUEST_SIZE = 64 * 1024 * 1024;

	private static final Duration PROGRESS_WINDOW = Duration.ofSeconds(2);

	private final String destination;

	private final Transport transport;

	private final CircuitBreaker breaker;

	private final RouteSettings settings;

	private final RouteListener listener;

	private final ForwarderContext context;

	private final BatchSource source;

	private final RequestQueue requests;

	private final Attempts attempts;

	private final Pacing pacing;

	private final RateLimit limit;

	private final RouteTracker tracker;

	/** Set by other threads. */
	private volatile boolean flushing;

	/** Set by other threads. */
	private volatile boolean retryNow;

	/**
	 * Whether what arrives may be due before the route wakes by itself; read by other
	 * threads.
	 */
	private volatile boolean attentive = true;

	private long lastAcknowledgement;

	/**
	 * Create a route. Nothing happens until {@link #doWork} is called.
	 * @param destination the name of the destination
	 * @param source what to send; wakes the forwarder when something arrives
	 * @param transport how to send it; closed by its owner
	 * @param breaker guards the destination, for this route alone
	 * @param settings the settings
	 * @param listener is told what happens
	 * @param context time, randomness, and the way to wake the forwarder
	 */
	public Route(String destination, BatchSource source, Transport transport, CircuitBreaker breaker,
			RouteSettings settings, RouteListener listener, ForwarderContext context) {
		this.destination = destination;
		this.source = source;
		this.transport = transport;
		this.breaker = breaker;
		this.settings = settings;
		this.listener = listener;
		this.context = context;
		this.requests = new RequestQueue(source, settings.batch(),
				(reason, items) -> listener.onLoss(this, items, reason));
		this.attempts = new Attempts(settings.timeout(), context.wake());
		this.pacing = new Pacing(new Backoff(settings.retry(), context.random()), context.clock());
		this.limit = new RateLimit(settings.replayLimit(), context.nanos().getAsLong());
		this.tracker = new RouteTracker(context.clock());
		this.lastAcknowledgement = context.nanos().getAsLong() - PROGRESS_WINDOW.toNanos();
	}

	public String destination() {
		return this.destination;
	}

	public Signal signal() {
		return this.source.signal();
	}

	public CircuitBreaker breaker() {
		return this.breaker;
	}

	/**
	 * Send what waits without waiting for company.
	 */
	public void flush() {
		this.flushing = true;
		this.context.wake().run();
	}

	/**
	 * Make the next attempt now, whatever wait is in force: credentials or certificates
	 * have changed, say. An attempt under way that fails has been made with the old ones,
	 * so the next one does not wait either. A circuit breaker that an operator has opened
	 * stays so.
	 */
	public void retryNow() {
		this.retryNow = true;
		this.context.wake().run();
	}

	/**
	 * Tell that something has arrived that can be read. Wakes the forwarder unless that
	 * makes no difference: to a destination that is down, or has all the requests that it
	 * may have, nothing is sent sooner because there is more of it.
	 */
	public void arrived() {
		if (this.attentive) {
			this.context.wake().run();
		}
	}

	/**
	 * Return how the route is doing.
	 * @return the status
	 */
	public RouteStatus status() {
		View view = this.tracker.view();
		Backlog backlog = this.source.backlog();
		boolean idle = view.state() == RouteState.DELIVERING && backlog.isEmpty();
		return new RouteStatus(this.destination, signal(), idle ? RouteState.IDLE : view.state(), view.since(),
				this.breaker.snapshot(), backlog, this.attempts.count(), view.lastSuccess(), nextAttempt(),
				view.consecutiveFailures(), view.lastFailure(), view.failures());
	}

	private long nextAttempt() {
		long next = this.pacing.nextAttempt();
		long breakerWait = this.breaker.nanosUntilPermitted();
		if (next == 0 || breakerWait == 0 || breakerWait == Long.MAX_VALUE) {
			return next;
		}
		return Math.max(next, this.context.clock().millis() + Duration.ofNanos(breakerWait).toMillis());
	}

	/**
	 * Do all that can be done now.
	 * @return the number of things done
	 */
	int doWork() {
		long now = this.context.nanos().getAsLong();
		if (this.retryNow) {
			this.retryNow = false;
			this.attempts.supersedeAll();
			skipWait();
		}
		this.attempts.abortOverdue(now);
		int work = completeAttempts(now);
		while (isSendDue(now) && send(now)) {
			work++;
		}
		return work;
	}

	/**
	 * Return how long there will be nothing to do unless the forwarder is woken.
	 * @return the wait in nanoseconds, {@link Long#MAX_VALUE} for ever
	 */
	long nanosUntilWork() {
		// Before looking at what waits: of what arrives after that look, its producer
		// learns that it matters.
		this.attentive = true;
		if (this.retryNow) {
			return 0;
		}
		long now = this.context.nanos().getAsLong();
		long wait = this.attempts.nanosUntilWork(now);
		if (!hasRoom()) {
			// The next answer makes room, and wakes the forwarder.
			this.attentive = false;
			return wait;
		}
		long due = this.requests.nanosUntilDue(now, this.flushing);
		if (due == Long.MAX_VALUE) {
			return wait;
		}
		long pause = Math.max(Math.max(this.pacing.nanosUntilAttempt(now), this.breaker.nanosUntilPermitted()),
				this.limit.nanosUntilPermitted(now));
		this.attentive = due > pause;
		return Math.min(wait, Math.max(due, pause));
	}

	/**
	 * Return whether waiting for this route at shutdown makes sense: something is left,
	 * and the destination has been taking requests lately.
	 * @param drainingSince when the wait for it began, in nanoseconds
	 * @return {@code true} to go on waiting
	 */
	boolean isDraining(long drainingSince) {
		if (this.attempts.isEmpty() && this.requests.isEmpty()) {
			return false;
		}
		if (this.tracker.view().state() == RouteState.PAUSED
				|| this.breaker.snapshot().state() != CircuitBreakerState.CLOSED) {
			return false;
		}
		long now = this.context.nanos().getAsLong();
		if (this.limit.nanosUntilPermitted(now) > 0) {
			return true;
		}
		long sinceProgress = Math.min(now - drainingSince, now - this.lastAcknowledgement);
		return sinceProgress < PROGRESS_WINDOW.toNanos();
	}

	/**
	 * Abort what is under way and account for what has not been delivered.
	 */
	void close() {
		completeAttempts(this.context.nanos().getAsLong());
		this.attempts.abortAll();
		this.requests.abandon(this.settings.undeliveredAtClose());
	}

	private void skipWait() {
		this.pacing.skipWait();
		if (this.breaker.snapshot().state() == CircuitBreakerState.OPEN) {
			this.breaker.reset();
		}
	}

	private int completeAttempts(long now) {
		int work = 0;
		Completion completion = this.attempts.poll();
		while (completion != null) {
			complete(completion.attempt(), completion.result(), now);
			work++;
			completion = this.attempts.poll();
		}
		return work;
	}

	private void complete(Attempt attempt, SendResult result, long now) {
		attempt.report(result);
		SendFailure failure = result.failure();
		if (failure == null) {
			this.tracker.success();
			this.lastAcknowledgement = now;
			recover(now);
		}
		else {
			this.tracker.failure(failure);
		}
		apply(result, attempt.request(), now);
		if (attempt.isSuperseded() && !isAskedToWait(result)) {
			skipWait();
		}
		this.listener.onAttempt(this, result, attempt.age(now));
	}

	private static boolean isAskedToWait(SendResult result) {
		return result instanceof SendResult.Retryable retryable && retryable.retryAfter() != null;
	}

	private void apply(SendResult result, Request request, long now) {
		if (result instanceof SendResult.Accepted) {
			this.requests.settle(request, 0, LossReason.PARTIAL_SUCCESS);
		}
		else if (result instanceof SendResult.Partial partial) {
			int rejected = (int) Math.max(0, Math.min(partial.rejected(), request.items()));
			this.requests.settle(request, rejected, LossReason.PARTIAL_SUCCESS);
		}
		else if (result instanceof SendResult.Retryable retryable) {
			Duration asked = retryable.retryAfter();
			this.requests.putBack(request);
			this.pacing.backOff(now, (asked != null) ? asked : Duration.ZERO);
			enter(RouteState.RETRYING);
		}
		else if (result instanceof SendResult.Held) {
			this.requests.putBack(request);
			this.pacing.pause(now);
			enter(RouteState.PAUSED);
		}
		else if (result instanceof SendResult.Rejected rejected) {
			refuse(request, rejected.divisible() && request.isMerged(), now);
		}
		else if (request.isMerged() || !this.requests.divide(request)) {
			refuse(request, request.isMerged(), now);
		}
	}

	private void refuse(Request request, boolean takeApart, long now) {
		// The destination has answered, so what comes next has no reason to wait.
		recover(now);
		if (takeApart) {
			this.requests.takeApart(request);
		}
		else {
			this.requests.settle(request, request.items(), LossReason.REJECTED);
		}
	}

	private void recover(long now) {
		if (this.pacing.recover(now)) {
			enter(RouteState.DELIVERING);
		}
	}

	private void enter(RouteState state) {
		RouteState previous = this.tracker.enter(state);
		if (previous != state) {
			this.listener.onStateChange(this, previous, state);
		}
	}

	private boolean isSendDue(long now) {
		if (!hasRoom() || this.pacing.nanosUntilAttempt(now) > 0 || this.limit.nanosUntilPermitted(now) > 0) {
			return false;
		}
		long due = this.requests.nanosUntilDue(now, this.flushing);
		if (due == Long.MAX_VALUE) {
			this.flushing = false;
		}
		return due == 0;
	}

	private boolean hasRoom() {
		return this.attempts.count() < (this.pacing.isTroubled() ? 1 : this.settings.maxInFlight());
	}

	private boolean send(long now) {
		Permit permit = this.breaker.tryAcquire();
		if (permit == null) {
			return false;
		}
		Request request = take(permit);
		if (request == null) {
			permit.ignore();
			return false;
		}
		if (request.size() > MAX_REQUEST_SIZE) {
			permit.ignore();
			refuseUnsent(request);
			return true;
		}
		try {
			SendRequest sending = request.toSend(signal());
			this.limit.sent(sending.size(), now);
			this.attempts.start(request, permit, now, () -> this.transport.send(sending));
			return true;
		}
		catch (RuntimeException | Error ex) {
			// Nobody else has it.
			permit.ignore();
			this.requests.putBack(request);
			throw ex;
		}
	}

	private @Nullable Request take(Permit permit) {
		try {
			return this.requests.take();
		}
		catch (RuntimeException | Error ex) {
			permit.ignore();
			throw ex;
		}
	}

	// Nothing is known of the destination by this, so neither wait nor state changes.
	private void refuseUnsent(Request request) {
		if (request.isMerged()) {
			this.requests.takeApart(request);
		}
		else if (!this.requests.divide(request)) {
			this.tracker.failure(new SendFailure(SendFailure.Kind.REQUEST_TOO_LARGE, null,
					"The request has " + request.size() + " bytes, more than any may have, and cannot be split",
					false));
			this.requests.settle(request, request.items(), LossReason.REJECTED);
		}
	}

}
