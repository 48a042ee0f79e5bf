package io.github.otlpboot.pipeline;

import java.util.concurrent.locks.LockSupport;

/**
 * A {@link WorkerThread} whose worker fills the heap to its end. Ends with 0 if the
 * thread works on once there is memory again. A process of its own, because a virtual
 * machine makes the literals of a class when they are used for the first time.
 */
public final class FullHeapApplication {

	private static final long DEADLINE_NANOS = 30_000_000_000L;

	private static volatile Object[] taken = {};

	private static volatile boolean full;

	private static volatile boolean again;

	private FullHeapApplication() {
	}

	public static void main(String[] args) {
		WorkerThread thread = new WorkerThread("otlp-test-worker", new Taker(), System::nanoTime);
		thread.start();
		long start = System.nanoTime();
		while (!full && System.nanoTime() - start < DEADLINE_NANOS) {
			LockSupport.parkNanos(1_000_000L);
		}
		// As long as it takes to fail at telling of it
		LockSupport.parkNanos(300_000_000L);
		taken = null;
		while (!again && thread.isAlive() && System.nanoTime() - start < DEADLINE_NANOS) {
			thread.wake();
			LockSupport.parkNanos(1_000_000L);
		}
		Runtime.getRuntime().halt(again ? 0 : 1);
	}

	private static final class Taker implements Worker {

		@Override
		public void doWork() {
			if (full) {
				again = new byte[1024].length > 0;
				return;
			}
			int length = 1024 * 1024;
			while (true) {
				try {
					taken = new Object[] { taken, new byte[length] };
				}
				catch (OutOfMemoryError ex) {
					if (length == 0) {
						full = true;
						throw ex;
					}
					length /= 2;
				}
			}
		}

		@Override
		public long nanosUntilWork() {
			return Long.MAX_VALUE;
		}

		@Override
		public boolean isDraining(long drainingSince) {
			return false;
		}

		@Override
		public void close() {
			taken = null;
		}

	}

}
