package io.github.otlpboot.breaker;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells listeners of transitions, in order and outside the lock of the breaker: the
 * breaker {@linkplain #add adds} a transition under its lock, for the order, and
 * {@linkplain #publish publishes} once it has left it.
 * <p>
 * Thread-safe without a lock; one thread at a time publishes.
 */
public final class TransitionPublisher {

	private final List<CircuitBreakerListener> listeners = new CopyOnWriteArrayList<>();

	private final Queue<Transition> transitions = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean publishing = new AtomicBoolean();

	public void addListener(CircuitBreakerListener listener) {
		this.listeners.add(listener);
	}

	public void add(CircuitBreakerState from, CircuitBreakerState to) {
		this.transitions.add(new Transition(from, to));
	}

	public void publish() {
		// Whoever does not become the publisher may leave: the publisher looks again
		// after it has stepped back, so a transition added meanwhile is not forgotten
		while (!this.transitions.isEmpty() && this.publishing.compareAndSet(false, true)) {
			try {
				Transition transition = this.transitions.poll();
				while (transition != null) {
					tell(transition);
					transition = this.transitions.poll();
				}
			}
			finally {
				this.publishing.set(false);
			}
		}
	}

	private void tell(Transition transition) {
		for (CircuitBreakerListener listener : this.listeners) {
			try {
				listener.onTransition(transition.from, transition.to);
			}
			catch (Throwable ex) {
				// The listener's own affair: neither the others nor the call may suffer
			}
		}
	}

	private record Transition(CircuitBreakerState from, CircuitBreakerState to) {

	}

}
