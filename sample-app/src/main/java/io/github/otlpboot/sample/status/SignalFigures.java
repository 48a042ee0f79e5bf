package io.github.otlpboot.sample.status;

/**
 * What the pipeline says of one signal, in items unless said otherwise. Everything but
 * {@code left} and {@code lostEarlier} is what this run has seen, so that
 * {@code left + accepted =
 * delivered + pending + lost}.
 *
 * @param signal the signal, such as {@code traces}
 * @param accepted what was accepted
 * @param refused what was refused
 * @param delivered what the collector has taken, what earlier runs had left included
 * @param pending what waits or is on its way, what earlier runs had left included
 * @param lost what will never be delivered, and would have been otherwise
 * @param left what earlier runs had left in the same directory
 * @param lostEarlier what earlier runs had lost
 * @param inMemory how much of what waits is in memory and not on disk, in bytes
 * @param breaker the state of the circuit breaker
 */
public record SignalFigures(String signal, long accepted, long refused, long delivered, long pending, long lost,
		long left, long lostEarlier, long inMemory, String breaker) {

}
