package io.github.otlpboot.benchmark.buffer;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Writers offer as fast as they can, while one thread drains, and gives back the room of
 * what it has drained.
 */
@State(Scope.Benchmark)
public class BufferBenchmark {

	private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

	private final Batch batch = new Batch(Signal.TRACES, Payload.of(new byte[1_024]), 1);

	@Param
	private Contestant contestant = Contestant.BATCH_BUFFER;

	private BoundedBuffer buffer = this.contestant.create();

	private final Thread drainer = new Thread(this::drain, "drainer");

	private volatile boolean done;

	@Setup
	public void start() {
		this.buffer = this.contestant.create();
		this.drainer.setDaemon(true);
		this.drainer.start();
	}

	@TearDown
	public void stop() throws InterruptedException {
		this.done = true;
		this.drainer.join(TimeUnit.SECONDS.toMillis(10));
	}

	@Benchmark
	public boolean offer(Outcomes outcomes) {
		boolean accepted = this.buffer.offer(this.batch);
		if (accepted) {
			outcomes.accepted++;
		}
		else {
			outcomes.refused++;
			// As a writer that has something else to do
			Thread.yield();
		}
		return accepted;
	}

	private void drain() {
		while (!this.done) {
			List<BufferedBatch> drained = this.buffer.drain();
			if (drained.isEmpty()) {
				LockSupport.parkNanos(PAUSE_NANOS);
				continue;
			}
			long items = 0;
			long bytes = 0;
			for (BufferedBatch entry : drained) {
				items += entry.batch().items();
				bytes += entry.batch().size();
			}
			this.buffer.free(drained.size(), items, bytes);
		}
	}

	/**
	 * What became of the offers.
	 */
	@State(Scope.Thread)
	@AuxCounters
	public static class Outcomes {

		/** Offers that were accepted. */
		public long accepted;

		/** Offers that were refused. */
		public long refused;

		@Setup(Level.Iteration)
		public void clear() {
			this.accepted = 0;
			this.refused = 0;
		}

	}

}
