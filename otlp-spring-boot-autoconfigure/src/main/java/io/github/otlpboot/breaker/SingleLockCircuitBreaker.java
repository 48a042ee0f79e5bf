package io.github.otlpboot.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.IssuedPermit.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker in force by default: one state under one lock.
 * <p>
 * A probe holds its place until it reports success, so that from entering the half-open
 * state to leaving it no more calls are made than permitted, ignored ones apart. A
 * {@link #reset()} begins a new generation even if the breaker was closed: calls that
 * were sent before it no longer count.
 * <p>
 * Thread-safe. One private lock guards every field that is not final; an operation that
 * changes the state takes it once. Whoever changes what most calls depend on publishes it
 * as one immutable {@link Outlook} before leaving the lock, and an operation that by this
 * outlook changes nothing does not take the lock: a call of a closed breaker that has no
 * failures to forget, and one that an open breaker refuses. It happens at the moment at
 * which it reads the outlook.
 * <p>
 * The time sources must not block. Elapsed time is read under the lock, or after the
 * outlook that it is compared with, so that no operation sees it run backwards. Listeners
 * are told after the lock has been left: transitions are queued under it, and one thread
 * at a time tells of them, so that where two threads cause transitions in quick
 * succession, the first may tell of both.
 */
public final class SingleLockCircuitBreaker implements CircuitBreaker {

	private final CircuitBreakerSettings settings;

	private final Clock clock;

	private final LongSupplier nanos;

	private final long firstWait;

	private final long maxWait;

	private final long probeTimeout;

	private final TransitionPublisher publisher = new TransitionPublisher();

	private final Object lock = new Object();

	private CircuitBreakerState state = CircuitBreakerState.CLOSED;

	private long generation;

	private long since;

	private long openedAtNanos;

	private long wait;

	private long consecutiveFailures;

	private long lastFailureAt;

	private int successfulProbes;

	/**
	 * Written under the lock, read without it.
	 */
	private volatile Outlook outlook;

	/**
	 * The probes under way, oldest first.
	 */
	private final Set<IssuedPermit> probes = new LinkedHashSet<>();

	/**
	 * Create a closed breaker.
	 * @param settings when it opens, how long it waits, how it probes
	 * @param clock the wall clock, which only tells when something happened
	 * @param nanos the source of elapsed time in nanoseconds, as
	 * {@link System#nanoTime()}
	 */
	public SingleLockCircuitBreaker(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
		this.settings = settings;
		this.clock = clock;
		this.nanos = nanos;
		this.firstWait = saturatedNanos(settings.waitDurationInOpenState());
		this.maxWait = saturatedNanos(settings.maxWaitDurationInOpenState());
		this.probeTimeout = saturatedNanos(settings.probeTimeout());
		this.wait = this.firstWait;
		this.since = clock.millis();
		this.outlook = new Outlook(this.state, this.generation, false, 0, 0);
	}

	private static long saturatedNanos(Duration duration) {
		try {
			return duration.toNanos();
		}
		catch (ArithmeticException ex) {
			return Long.MAX_VALUE;
		}
	}

	@Override
	public @Nullable Permit tryAcquire() {
		Outlook outlook = this.outlook;
		if (outlook.state() == CircuitBreakerState.CLOSED) {
			return permitWhileClosed(outlook.generation());
		}
		if (outlook.refuses(this.nanos)) {
			return null;
		}
		Permit permit;
		synchronized (this.lock) {
			long now = this.nanos.getAsLong();
			giveUpOverdueProbes(now);
			permit = acquire(now);
		}
		this.publisher.publish();
		return permit;
	}

	@Override
	public long nanosUntilPermitted() {
		if (this.outlook.state() == CircuitBreakerState.CLOSED) {
			return 0;
		}
		long result;
		synchronized (this.lock) {
			long now = this.nanos.getAsLong();
			giveUpOverdueProbes(now);
			result = switch (this.state) {
				case CLOSED -> 0;
				case OPEN -> remaining(this.openedAtNanos, this.wait, now);
				case HALF_OPEN -> hasFreePlace() ? 0 : untilOldestProbeIsGivenUp(now);
				case FORCED_OPEN -> Long.MAX_VALUE;
			};
		}
		this.publisher.publish();
		return result;
	}

	@Override
	public CircuitBreakerSnapshot snapshot() {
		CircuitBreakerSnapshot snapshot;
		synchronized (this.lock) {
			giveUpOverdueProbes(this.nanos.getAsLong());
			snapshot = new CircuitBreakerSnapshot(this.state, this.since, this.consecutiveFailures, this.lastFailureAt,
					this.probes.size());
		}
		this.publisher.publish();
		return snapshot;
	}

	@Override
	public void reset() {
		synchronized (this.lock) {
			this.wait = this.firstWait;
			this.consecutiveFailures = 0;
			this.lastFailureAt = 0;
			enter(CircuitBreakerState.CLOSED);
		}
		this.publisher.publish();
	}

	@Override
	public void forceOpen() {
		synchronized (this.lock) {
			enter(CircuitBreakerState.FORCED_OPEN);
		}
		this.publisher.publish();
	}

	@Override
	public void addListener(CircuitBreakerListener listener) {
		this.publisher.addListener(listener);
	}

	void report(IssuedPermit permit, Outcome outcome) {
		// A second report goes on to the lock: the first may still have to take effect
		if (this.outlook.isUnchangedBy(outcome) && permit.markReported()) {
			return;
		}
		synchronized (this.lock) {
			if (this.state == CircuitBreakerState.HALF_OPEN) {
				// This permit may itself be overdue without anyone having looked
				giveUpOverdueProbes(this.nanos.getAsLong());
			}
			if (permit.markReported() && permit.generation() == this.generation) {
				apply(permit, outcome);
			}
		}
		this.publisher.publish();
	}

	private Permit permitWhileClosed(long generation) {
		// Not remembered here, so nothing leaks if it never reports, and it is never
		// overdue
		return new IssuedPermit(this, generation, 0);
	}

	private @Nullable Permit acquire(long now) {
		if (this.state == CircuitBreakerState.CLOSED) {
			return permitWhileClosed(this.generation);
		}
		if (this.state == CircuitBreakerState.OPEN && remaining(this.openedAtNanos, this.wait, now) == 0) {
			enter(CircuitBreakerState.HALF_OPEN);
		}
		if (this.state == CircuitBreakerState.HALF_OPEN && hasFreePlace()) {
			IssuedPermit probe = new IssuedPermit(this, this.generation, now);
			this.probes.add(probe);
			return probe;
		}
		return null;
	}

	private void apply(IssuedPermit permit, Outcome outcome) {
		if (this.state == CircuitBreakerState.HALF_OPEN) {
			this.probes.remove(permit);
		}
		switch (outcome) {
			case SUCCESS -> succeeded();
			case FAILURE -> failed();
			case IGNORED -> {
			}
		}
	}

	private void succeeded() {
		this.consecutiveFailures = 0;
		if (this.state == CircuitBreakerState.HALF_OPEN) {
			this.successfulProbes++;
			if (this.successfulProbes == this.settings.permittedNumberOfCallsInHalfOpenState()) {
				this.wait = this.firstWait;
				enter(CircuitBreakerState.CLOSED);
			}
		}
		else {
			publishOutlook();
		}
	}

	private void failed() {
		this.consecutiveFailures++;
		this.lastFailureAt = this.clock.millis();
		if (this.state == CircuitBreakerState.HALF_OPEN) {
			this.wait = (this.wait > this.maxWait / 2) ? this.maxWait : this.wait * 2;
			this.openedAtNanos = this.nanos.getAsLong();
			enter(CircuitBreakerState.OPEN);
		}
		else if (this.consecutiveFailures >= this.settings.failureThreshold()) {
			this.openedAtNanos = this.nanos.getAsLong();
			enter(CircuitBreakerState.OPEN);
		}
		else if (this.consecutiveFailures == 1) {
			publishOutlook();
		}
	}

	private void giveUpOverdueProbes(long now) {
		if (!this.probes.isEmpty() && untilOldestProbeIsGivenUp(now) == 0) {
			failed();
		}
	}

	private long untilOldestProbeIsGivenUp(long now) {
		Iterator<IssuedPermit> oldestFirst = this.probes.iterator();
		return remaining(oldestFirst.next().issuedAtNanos(), this.probeTimeout, now);
	}

	private boolean hasFreePlace() {
		return this.successfulProbes + this.probes.size() < this.settings.permittedNumberOfCallsInHalfOpenState();
	}

	static long remaining(long startNanos, long duration, long now) {
		// The difference is right even where nanoTime has overflowed in between
		return Math.max(0, duration - Math.max(0, now - startNanos));
	}

	/**
	 * Begin a new generation, in which no permit issued before counts. Comes last of all
	 * changes, for it publishes the outlook.
	 * @param next the state, which may be the present one
	 */
	private void enter(CircuitBreakerState next) {
		this.generation++;
		this.probes.clear();
		this.successfulProbes = 0;
		if (next != this.state) {
			this.publisher.add(this.state, next);
			this.state = next;
			this.since = this.clock.millis();
		}
		publishOutlook();
	}

	private void publishOutlook() {
		this.outlook = new Outlook(this.state, this.generation, this.consecutiveFailures > 0, this.openedAtNanos,
				this.wait);
	}

}
