package io.github.otlpboot.breaker.resilience4j;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerListener;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerSnapshot;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.breaker.Permit;
import io.github.otlpboot.breaker.TransitionPublisher;
import io.github.otlpboot.breaker.resilience4j.IssuedPermit.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker that leaves the decisions to Resilience4j, and keeps the contract of
 * permits around it.
 * <p>
 * On its own Resilience4j counts whatever outcome arrives for whatever state there is: a
 * success that was sent before the breaker opened closes it half-open, and a probe that
 * never reports holds its place for ever. The adapter filters outcomes of an older state
 * and gives up overdue probes. A failed probe reopens the breaker whatever the failure
 * rate. In a registry, transitions that others cause through Resilience4j's own object
 * count here too; {@code DISABLED} and {@code METRICS_ONLY} are closed to us, and after
 * {@code transitionToOpenStateFor} the configured wait applies.
 * <p>
 * Thread-safe. One private lock guards every field that is not final. Resilience4j is
 * called under it and never waits for another lock in the calls made here; of transitions
 * that it makes by itself it tells on the thread that makes them. Listeners are told
 * outside the lock.
 */
public final class Resilience4jCircuitBreaker implements CircuitBreaker {

	/** The name of the configuration of a registry that takes the place of ours. */
	private static final String CONFIGURATION = "otlp";

	private final String name;

	/** Used where no registry has a configuration for us. */
	private final CircuitBreakerConfig ours;

	private final Duration probeTimeout;

	private final Clock clock;

	private final LongSupplier nanos;

	private final TransitionPublisher publisher = new TransitionPublisher();

	private final Object lock = new Object();

	private StateMachine machine;

	private Probes probes;

	private CircuitBreakerState state = CircuitBreakerState.CLOSED;

	private long generation;

	private long since;

	private long openedAtNanos;

	private long wait;

	private long consecutiveFailures;

	private long lastFailureAt;

	private Resilience4jCircuitBreaker(String name, CircuitBreakerConfig ours, Duration probeTimeout, Clock clock,
			LongSupplier nanos) {
		this.name = name;
		this.ours = ours;
		this.probeTimeout = probeTimeout;
		this.clock = clock;
		this.nanos = nanos;
		this.machine = new StateMachine(name, ours, null, clock, nanos);
		this.probes = new Probes(this.machine.permittedProbes(), probeTimeout);
		this.since = clock.millis();
	}

	/**
	 * Create a closed circuit breaker.
	 * @param name its name in a registry
	 * @param settings when it opens, how long it waits, how it probes
	 * @param own what only Resilience4j has
	 * @param clock the wall clock, which only tells when something happened
	 * @param nanos the source of elapsed time in nanoseconds
	 * @return the circuit breaker, in no registry
	 */
	public static Resilience4jCircuitBreaker create(String name, CircuitBreakerSettings settings,
			Resilience4jSettings own, Clock clock, LongSupplier nanos) {
		return new Resilience4jCircuitBreaker(name, Resilience4jConfig.of(settings, own), settings.probeTimeout(),
				clock, nanos);
	}

	/**
	 * Go on in a registry, in place of one of the same name. What was counted so far is
	 * forgotten; an open one stays open.
	 * @param registry where to register. Its configuration named {@code otlp}, if there
	 * is one, takes the place of ours in all but the probe timeout
	 */
	public void register(CircuitBreakerRegistry registry) {
		// Outside the lock, as the registry tells others of it.
		StateMachine registered = new StateMachine(this.name,
				registry.getConfiguration(CONFIGURATION).orElse(this.ours), registry, this.clock, this.nanos);
		synchronized (this.lock) {
			long now = update();
			switch (this.state) {
				case CLOSED -> {
				}
				case OPEN, HALF_OPEN -> registered.open();
				case FORCED_OPEN -> registered.forceOpen();
			}
			this.machine = registered;
			this.probes = new Probes(registered.permittedProbes(), this.probeTimeout);
			enter(registered.state(), now);
		}
		registered.onTransition(this::moved);
		moved();
	}

	@Override
	public @Nullable Permit tryAcquire() {
		Permit permit;
		synchronized (this.lock) {
			long now = update();
			permit = acquire(now);
			observe(now);
		}
		this.publisher.publish();
		return permit;
	}

	@Override
	public long nanosUntilPermitted() {
		long result;
		synchronized (this.lock) {
			long now = update();
			result = switch (this.state) {
				case CLOSED -> 0;
				case OPEN -> Probes.remaining(this.openedAtNanos, this.wait, now);
				case HALF_OPEN -> this.probes.nanosUntilFreePlace(now);
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
			update();
			snapshot = new CircuitBreakerSnapshot(this.state, this.since, this.consecutiveFailures, this.lastFailureAt,
					this.probes.underWay());
		}
		this.publisher.publish();
		return snapshot;
	}

	@Override
	public void reset() {
		synchronized (this.lock) {
			this.machine.reset();
			enter(CircuitBreakerState.CLOSED, this.nanos.getAsLong());
			this.consecutiveFailures = 0;
			this.lastFailureAt = 0;
		}
		this.publisher.publish();
	}

	@Override
	public void forceOpen() {
		synchronized (this.lock) {
			this.machine.forceOpen();
			observe(this.nanos.getAsLong());
		}
		this.publisher.publish();
	}

	@Override
	public void addListener(CircuitBreakerListener listener) {
		this.publisher.addListener(listener);
	}

	// Told by Resilience4j of a transition, which may be one of ours.
	private void moved() {
		if (!Thread.holdsLock(this.lock)) {
			synchronized (this.lock) {
				observe(this.nanos.getAsLong());
			}
			this.publisher.publish();
		}
	}

	private @Nullable Permit acquire(long now) {
		if (this.state == CircuitBreakerState.OPEN && Probes.remaining(this.openedAtNanos, this.wait, now) == 0) {
			this.machine.halfOpen();
			observe(now);
		}
		if (this.state == CircuitBreakerState.CLOSED) {
			return this.machine.tryAcquire() ? issue(now) : null;
		}
		if (this.state == CircuitBreakerState.HALF_OPEN && this.probes.haveFreePlace()) {
			if (this.machine.tryAcquire()) {
				IssuedPermit probe = issue(now);
				this.probes.add(probe);
				return probe;
			}
			this.probes.refused(now);
		}
		return null;
	}

	private IssuedPermit issue(long now) {
		return new IssuedPermit(this.generation, now, this::report);
	}

	private void report(IssuedPermit permit, Outcome outcome) {
		synchronized (this.lock) {
			// This permit may itself be overdue without anyone having looked.
			long now = update();
			if (permit.markReported() && permit.generation() == this.generation) {
				this.probes.remove(permit);
				apply(permit, outcome, now);
			}
		}
		this.publisher.publish();
	}

	private void apply(IssuedPermit permit, Outcome outcome, long now) {
		switch (outcome) {
			case SUCCESS -> {
				this.consecutiveFailures = 0;
				succeeded(now - permit.issuedAtNanos());
				observe(now);
			}
			case FAILURE -> failed(permit, now);
			case IGNORED -> this.machine.release();
		}
	}

	private void succeeded(long duration) {
		if (this.state != CircuitBreakerState.HALF_OPEN) {
			this.machine.success(duration);
			return;
		}
		// Not one by one: it would close after its minimum number of calls.
		List<Long> durations = this.probes.succeeded(duration);
		durations.forEach(this.machine::success);
		if (!durations.isEmpty() && this.machine.state() == CircuitBreakerState.HALF_OPEN) {
			this.machine.close();
		}
	}

	private void failed(IssuedPermit permit, long now) {
		this.consecutiveFailures++;
		this.lastFailureAt = this.clock.millis();
		if (this.state == CircuitBreakerState.HALF_OPEN) {
			// Before it is told of the failure, which it might find tolerable.
			this.machine.open();
		}
		this.machine.failure(now - permit.issuedAtNanos());
		observe(now);
	}

	// What time and others have done since somebody last looked.
	private long update() {
		long now = this.nanos.getAsLong();
		observe(now);
		IssuedPermit overdue = this.probes.removeOverdue(now);
		if (overdue != null && overdue.markReported()) {
			failed(overdue, now);
		}
		return now;
	}

	private void observe(long now) {
		CircuitBreakerState observed = this.machine.state();
		if (observed != this.state) {
			enter(observed, now);
		}
	}

	/**
	 * Begin a new generation, in which no permit issued before counts.
	 * @param next the state, which may be the present one
	 * @param now the time in nanoseconds
	 */
	private void enter(CircuitBreakerState next, long now) {
		this.generation++;
		this.probes.clear();
		if (next == CircuitBreakerState.OPEN) {
			this.openedAtNanos = now;
			this.wait = this.machine.waitAfterOpening();
		}
		if (next != this.state) {
			this.publisher.add(this.state, next);
			this.state = next;
			this.since = this.clock.millis();
		}
	}

}
