package io.github.otlpboot.autoconfigure.traces;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of spans that the official exporter cannot serialize, once a minute at most:
 * whatever makes them makes more of the kind. Thread-safe.
 */
final class UnserializableSpansLog implements ObjIntConsumer<RuntimeException> {

	private static final Logger logger = LoggerFactory.getLogger(UnserializableSpansLog.class);

	private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

	private final LongSupplier nanos;

	private final AtomicLong toldAt;

	private final AtomicLong lost = new AtomicLong();

	/**
	 * Create a log.
	 * @param nanos measures elapsed time
	 */
	UnserializableSpansLog(LongSupplier nanos) {
		this.nanos = nanos;
		this.toldAt = new AtomicLong(nanos.getAsLong() - BETWEEN_LINES);
	}

	@Override
	public void accept(RuntimeException failure, int spans) {
		this.lost.addAndGet(spans);
		long now = this.nanos.getAsLong();
		long last = this.toldAt.get();
		if (now - last >= BETWEEN_LINES && this.toldAt.compareAndSet(last, now)) {
			logger.warn("{} spans are lost, because they cannot be serialized, as an attribute cannot that is an array "
					+ "with a null in it; told once a minute at most", this.lost.getAndSet(0), failure);
		}
	}

}
