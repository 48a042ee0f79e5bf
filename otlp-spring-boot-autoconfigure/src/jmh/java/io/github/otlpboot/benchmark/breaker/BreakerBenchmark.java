package io.github.otlpboot.benchmark.breaker;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One call under the guard of a circuit breaker that all threads share.
 */
@State(Scope.Benchmark)
public class BreakerBenchmark {

	@Param
	private Contestant contestant = Contestant.SINGLE_LOCK;

	private GuardedCalls calls = (fails) -> false;

	private GuardedCalls open = (fails) -> false;

	@Setup
	public void create() {
		this.calls = this.contestant.create();
		this.open = this.contestant.create();
		for (int i = 0; i < GuardedCalls.THRESHOLD; i++) {
			this.open.call(true);
		}
		if (this.open.call(false)) {
			throw new IllegalStateException(this.contestant + " is not open");
		}
	}

	@TearDown
	public void requireClosed() {
		if (!this.calls.call(false)) {
			throw new IllegalStateException(this.contestant + " has opened");
		}
	}

	@Benchmark
	public boolean healthy() {
		return this.calls.call(false);
	}

	@Benchmark
	public boolean failing(Sequence sequence) {
		return this.calls.call(sequence.next());
	}

	@Benchmark
	public boolean open() {
		return this.open.call(false);
	}

	/**
	 * One call in ten fails.
	 */
	@State(Scope.Thread)
	public static class Sequence {

		private int calls;

		boolean next() {
			this.calls = (this.calls == 9) ? 0 : this.calls + 1;
			return this.calls == 0;
		}

	}

}
