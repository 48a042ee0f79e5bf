package io.github.otlpboot.sample.status;

/**
 * What the pipeline says of itself, in items.
 *
 * @param accepted all that was accepted
 * @param delivered what the collector has taken
 * @param pending what waits or is on its way
 * @param lost what will never be delivered
 * @param breaker the state of the circuit breaker
 */
public record PipelineFigures(long accepted, long delivered, long pending, long lost, String breaker) {

	String describe() {
		return "accepted %d, delivered %d, pending %d, lost %d, breaker %s".formatted(this.accepted, this.delivered,
				this.pending, this.lost, this.breaker);
	}

}
