package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the console that items of one signal are being refused, why, and what to do
 * about it, once a minute at most. Thread-safe without a lock: whoever moves the time of
 * the last line forward writes the next one.
 */
final class RefusalLog {

	private static final Logger logger = LoggerFactory.getLogger(RefusalLog.class);

	private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

	private final Signal signal;

	private final LongSupplier nanos;

	private final AtomicLong lastAt;

	private final AtomicLong refused = new AtomicLong();

	RefusalLog(Signal signal, LongSupplier nanos) {
		this.signal = signal;
		this.nanos = nanos;
		this.lastAt = new AtomicLong(nanos.getAsLong() - INTERVAL);
	}

	void refused(long items, RefusalReason reason) {
		this.refused.addAndGet(items);
		// After the end everybody knows.
		if (reason == RefusalReason.CLOSED) {
			return;
		}
		long now = this.nanos.getAsLong();
		long last = this.lastAt.get();
		if (now - last >= INTERVAL && this.lastAt.compareAndSet(last, now)) {
			logger.warn("{} refused: {}", this.signal.items(this.refused.getAndSet(0)), describe(reason));
		}
	}

	private static String describe(RefusalReason reason) {
		return switch (reason) {
			case BUFFER_FULL -> "the memory buffer is full; it drains as soon as the destination takes data, "
					+ "and grows with otlp.buffer.max-size and otlp.buffer.max-items";
			case LOG_FULL -> "the log on disk is full; it grows with otlp.storage.max-size";
			case TOO_LARGE -> "single items are larger than otlp.forwarder.batch.max-size allows";
			case QUEUE_FULL -> "the queue of the OpenTelemetry SDK in front of the pipeline was full; "
					+ "its max-queue-size under management.opentelemetry makes it larger";
			case CLOSED -> "the pipeline is closed";
		};
	}

}
