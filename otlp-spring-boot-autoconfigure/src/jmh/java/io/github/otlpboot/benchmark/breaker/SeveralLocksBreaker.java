package io.github.otlpboot.benchmark.breaker;

import java.util.concurrent.TimeUnit;

/**
 * The shape before: what belongs together lies under four locks. That another thread may
 * change the state between two of them, so that an old success can close the breaker,
 * belongs to the shape.
 */
public final class SeveralLocksBreaker implements GuardedCalls {

	private static final long WAIT = TimeUnit.HOURS.toNanos(1);

	private final Object stateLock = new Object();

	private final Object failuresLock = new Object();

	private final Object lastFailureLock = new Object();

	private final Object probingLock = new Object();

	private State state = State.CLOSED;

	private int failures;

	private long lastFailureNanos;

	private boolean probing;

	@Override
	public boolean call(boolean fails) {
		boolean permitted = switch (state()) {
			case CLOSED -> true;
			case OPEN -> probeOnceTheWaitIsOver();
			case HALF_OPEN -> beginProbe();
		};
		if (permitted) {
			boolean probe = state() == State.HALF_OPEN;
			if (fails) {
				failed(probe);
			}
			else {
				succeeded(probe);
			}
		}
		return permitted;
	}

	private boolean probeOnceTheWaitIsOver() {
		synchronized (this.lastFailureLock) {
			if (System.nanoTime() - this.lastFailureNanos < WAIT) {
				return false;
			}
		}
		state(State.HALF_OPEN);
		return beginProbe();
	}

	private boolean beginProbe() {
		synchronized (this.probingLock) {
			boolean free = !this.probing;
			this.probing = true;
			return free;
		}
	}

	private void endProbe(State next) {
		state(next);
		synchronized (this.probingLock) {
			this.probing = false;
		}
	}

	private void succeeded(boolean probe) {
		synchronized (this.failuresLock) {
			this.failures = 0;
		}
		synchronized (this.lastFailureLock) {
			this.lastFailureNanos = 0;
		}
		if (probe) {
			endProbe(State.CLOSED);
		}
	}

	private void failed(boolean probe) {
		int count;
		synchronized (this.failuresLock) {
			count = ++this.failures;
		}
		synchronized (this.lastFailureLock) {
			this.lastFailureNanos = System.nanoTime();
		}
		if (probe) {
			endProbe(State.OPEN);
		}
		else if (count >= THRESHOLD) {
			state(State.OPEN);
		}
	}

	private State state() {
		synchronized (this.stateLock) {
			return this.state;
		}
	}

	private void state(State next) {
		synchronized (this.stateLock) {
			this.state = next;
		}
	}

	private enum State {

		CLOSED, OPEN, HALF_OPEN

	}

}
