package io.github.otlpboot.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Signal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of segments that could not be synced, once a minute at most: a disk that does not
 * sync fails at every write. Belongs to the thread of the storage.
 */
final class SyncFailureLog {

	private static final Logger logger = LoggerFactory.getLogger(SyncFailureLog.class);

	private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

	private final Signal signal;

	private final LongSupplier nanos;

	private long lastAt;

	private int untold;

	SyncFailureLog(Signal signal, LongSupplier nanos) {
		this.signal = signal;
		this.nanos = nanos;
		this.lastAt = nanos.getAsLong() - INTERVAL;
	}

	void failed(IOException failure) {
		this.untold++;
		long now = this.nanos.getAsLong();
		if (now - this.lastAt >= INTERVAL) {
			logger.warn(
					"{} of the log of {} could not be synced: {}; other segments are used, "
							+ "and a power loss may cost what is in such a one",
					(this.untold == 1) ? "A segment" : this.untold + " segments", this.signal.id(), failure.toString());
			this.lastAt = now;
			this.untold = 0;
		}
	}

}
