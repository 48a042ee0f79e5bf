package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StoredSlot;
import io.github.otlpboot.storage.WhenLogFull;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at how storage is doing, and tells on the console when that changes. Belongs to
 * the thread of the storage, but for {@link #status()}.
 */
final class StorageWatch {

	private static final Logger logger = LoggerFactory.getLogger(StorageWatch.class);

	private static final long LOOK_INTERVAL = Duration.ofSeconds(5).toNanos();

	private final Storage storage;

	private final Map<Signal, DiskLaneStore> stores;

	private final Map<Signal, LogSettings> settings;

	private final LongSupplier nanos;

	private final Map<Signal, FillForecast> forecasts = new EnumMap<>(Signal.class);

	private @Nullable String toldReason;

	private long lookAt;

	private volatile StorageStatus status;

	/**
	 * Create a watch that has not looked yet.
	 * @param storage the storage directory
	 * @param stores the stores of all signals
	 * @param settings how their logs are kept
	 * @param nanos measures elapsed time
	 */
	StorageWatch(Storage storage, Map<Signal, DiskLaneStore> stores, Map<Signal, LogSettings> settings,
			LongSupplier nanos) {
		this.storage = storage;
		this.stores = stores;
		this.settings = settings;
		this.nanos = nanos;
		stores.keySet().forEach((signal) -> this.forecasts.put(signal, new FillForecast()));
		this.status = new StorageStatus("not opened yet", storage.directory().toString(), null, dropsOldest(), -1, 0,
				List.of());
		this.lookAt = nanos.getAsLong();
	}

	private boolean dropsOldest() {
		return this.settings.values().stream().anyMatch((kept) -> kept.whenFull() == WhenLogFull.DROP_OLDEST);
	}

	/**
	 * Return what was seen last. Any thread may ask.
	 * @return the status
	 */
	StorageStatus status() {
		return this.status;
	}

	/**
	 * Return whether it is time to look again, or there is something new to see.
	 * @param now the time in nanoseconds
	 * @return {@code false} if the status is current
	 */
	boolean isDue(long now) {
		return now - this.lookAt >= 0 || !Objects.equals(this.status.reason(), reason());
	}

	/**
	 * Look now.
	 * @param slot where telemetry is stored, {@code null} while it is not
	 */
	void look(@Nullable StoredSlot slot) {
		long now = this.nanos.getAsLong();
		this.lookAt = now + LOOK_INTERVAL;
		List<SignalUsage> usages = new ArrayList<>();
		long freeSpace = this.storage.freeSpace();
		long minFreeSpace = 0;
		for (Map.Entry<Signal, DiskLaneStore> entry : this.stores.entrySet()) {
			LogSettings kept = this.settings.get(entry.getKey());
			FillForecast forecast = this.forecasts.get(entry.getKey());
			if (kept != null && forecast != null) {
				usages.add(usage(entry.getValue(), kept, freeSpace, forecast, now));
				minFreeSpace = Math.max(minFreeSpace, kept.minFreeSpace());
			}
		}
		String directory = (slot != null) ? this.storage.directory().resolve(slot.name()).toString()
				: this.storage.directory().toString();
		this.status = new StorageStatus(reason(), directory, (slot != null) ? slot.name() : null, dropsOldest(),
				freeSpace, minFreeSpace, usages);
		tell(this.status.reason());
	}

	// All signals could take what is free, but seldom do at once.
	private static SignalUsage usage(DiskLaneStore store, LogSettings kept, long freeSpace, FillForecast forecast,
			long now) {
		long used = store.used();
		long capacity = (freeSpace < 0) ? kept.maxSize()
				: Math.min(kept.maxSize(), used + Math.max(0, freeSpace - kept.minFreeSpace()));
		long undelivered = store.undelivered();
		return new SignalUsage(store.signal(), used, kept.maxSize(), capacity, undelivered, store.inMemory(),
				forecast.secondsUntilFull(undelivered, capacity, now), kept.maxAge());
	}

	private @Nullable String reason() {
		return this.stores.values()
			.stream()
			.map(DiskLaneStore::failure)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private void tell(@Nullable String reason) {
		if (reason != null && this.toldReason == null) {
			logger.warn("Telemetry is kept in memory only, and lost if the process ends, because the disk does not "
					+ "take it: {}. It is tried again and again", reason);
		}
		else if (reason == null && this.toldReason != null) {
			logger.info("Telemetry is stored in {} again", this.status.directory());
		}
		this.toldReason = reason;
	}

}
