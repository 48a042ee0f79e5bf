package io.github.otlpboot.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that start a task at the same moment, as often as a test likes.
 */
public final class Race implements AutoCloseable {

	private static final long TIMEOUT_SECONDS = 60;

	private final int threads;

	private final CyclicBarrier start;

	private final ExecutorService executor;

	/**
	 * Create the threads.
	 * @param threads how many
	 */
	public Race(int threads) {
		this.threads = threads;
		this.start = new CyclicBarrier(threads);
		this.executor = Executors.newFixedThreadPool(threads, (task) -> {
			Thread thread = new Thread(task, "race");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Run a task once in every thread, and wait for all of them.
	 * @param <T> the type of the results
	 * @param task gets the thread's number, from 0
	 * @return the results, which may be {@code null}, by the thread's number
	 * @throws Exception if a task failed or did not end in a minute
	 */
	public <T> List<T> run(Task<T> task) throws Exception {
		List<Future<T>> futures = new ArrayList<>();
		for (int i = 0; i < this.threads; i++) {
			int number = i;
			Callable<T> callable = () -> {
				this.start.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
				return task.run(number);
			};
			futures.add(this.executor.submit(callable));
		}
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
		}
		return results;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * What each thread does.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	public interface Task<T> {

		/**
		 * Do it.
		 * @param thread the thread's number, from 0
		 * @return the result
		 * @throws Exception if it fails
		 */
		T run(int thread) throws Exception;

	}

}
