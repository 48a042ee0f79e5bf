package io.github.otlpboot.crash;

import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;

/**
 * A collector that is there or not. All methods belong to the thread of the test.
 */
final class UnreliableCollector implements AutoCloseable {

	private final OtlpTestServer server = OtlpTestServer.open();

	private final Consumer<OtlpTestRequest> onSuccess;

	private Thread flapping = new Thread();

	private volatile Mode mode = Mode.UP;

	/**
	 * Open a collector.
	 * @param onSuccess is told of each request that is answered with success, on any
	 * thread
	 */
	UnreliableCollector(Consumer<OtlpTestRequest> onSuccess) {
		this.onSuccess = onSuccess;
		this.server.answer(this::answer);
	}

	private OtlpTestAnswer answer(OtlpTestRequest request) {
		if (this.mode == Mode.FAILING && request.rawBody().length % 2 == 0) {
			return OtlpTestAnswer.status(503);
		}
		this.onSuccess.accept(request);
		return OtlpTestAnswer.ok();
	}

	URI url() {
		return this.server.url();
	}

	/**
	 * Behave so from now on.
	 * @param next the mode
	 * @param seed decides how long each part of it takes
	 */
	void behave(Mode next, long seed) {
		this.mode = Mode.DOWN;
		join();
		this.server.stop();
		this.mode = next;
		// What has arrived is noted elsewhere.
		this.server.clear();
		if (next != Mode.DOWN) {
			this.server.start();
		}
		if (next == Mode.FLAPPING) {
			this.flapping = new Thread(() -> flap(new Random(seed)), "flapping");
			this.flapping.setDaemon(true);
			this.flapping.start();
		}
	}

	private void join() {
		try {
			this.flapping.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void flap(Random random) {
		while (this.mode == Mode.FLAPPING) {
			LockSupport.parkNanos(Duration.ofMillis(20 + random.nextInt(100)).toNanos());
			this.server.stop();
			LockSupport.parkNanos(Duration.ofMillis(20 + random.nextInt(100)).toNanos());
			this.server.start();
		}
	}

	@Override
	public void close() {
		behave(Mode.DOWN, 0);
	}

	/**
	 * How it behaves.
	 */
	enum Mode {

		/**
		 * It takes all.
		 */
		UP,

		/**
		 * Nobody listens.
		 */
		DOWN,

		/**
		 * It comes and goes, whatever is under way.
		 */
		FLAPPING,

		/**
		 * It takes every other request.
		 */
		FAILING

	}

}
