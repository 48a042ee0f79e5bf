package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SegmentLog;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StoredSlot;
import io.github.otlpboot.storage.WhenLogFull;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the thread of the storage does: it appends what waits, keeps the logs in order,
 * looks for what other instances have left behind, and tries again where the disk does
 * not work. Everything belongs to that thread but {@link #status()}.
 */
final class StorageWorker implements Worker {

	private static final Logger logger = LoggerFactory.getLogger(StorageWorker.class);

	private static final long OPEN_INTERVAL = Duration.ofSeconds(5).toNanos();

	private static final long ADOPTION_INTERVAL = Duration.ofMinutes(1).toNanos();

	private static final long LOOK_INTERVAL = Duration.ofSeconds(5).toNanos();

	private final Storage storage;

	private final Map<Signal, DiskLaneStore> stores;

	private final Map<Signal, LogSettings> settings;

	private final LongSupplier nanos;

	private final Consumer<Signal> onArrival;

	private final Map<Signal, FillForecast> forecasts = new EnumMap<>(Signal.class);

	private final List<StoredSlot> adopted = new ArrayList<>();

	/**
	 * Delivered and not deleted yet, held so that nobody adopts and counts them again.
	 */
	private final List<StoredSlot> delivered = new ArrayList<>();

	private @Nullable StoredSlot own;

	private @Nullable String toldReason;

	private long openAt;

	private long adoptAt;

	private long lookAt;

	private volatile StorageStatus status;

	/** Completed by the thread of the storage, replaced by whoever waits for it. */
	private volatile CompletableFuture<Void> flushed = CompletableFuture.completedFuture(null);

	/**
	 * Create a worker.
	 * @param storage the storage directory
	 * @param stores the stores of all signals
	 * @param settings how their logs are kept
	 * @param nanos measures elapsed time
	 * @param onArrival told of a signal of which there is something new to read
	 */
	StorageWorker(Storage storage, Map<Signal, DiskLaneStore> stores, Map<Signal, LogSettings> settings,
			LongSupplier nanos, Consumer<Signal> onArrival) {
		this.storage = storage;
		this.stores = stores;
		this.settings = settings;
		this.nanos = nanos;
		this.onArrival = onArrival;
		stores.keySet().forEach((signal) -> this.forecasts.put(signal, new FillForecast()));
		this.status = new StorageStatus("not opened yet", storage.directory().toString(), null, dropsOldest(), -1, 0,
				List.of());
		this.adoptAt = nanos.getAsLong();
		this.openAt = this.adoptAt;
		this.lookAt = this.adoptAt;
	}

	/**
	 * Take a slot, before the thread starts.
	 * @throws IOException if there is none to be had
	 */
	void open() throws IOException {
		try {
			StoredSlot slot = this.storage.acquire();
			this.own = slot;
			this.stores.forEach((signal, store) -> slot.log(signal).ifPresent(store::attach));
			tellStrangers();
		}
		catch (IOException ex) {
			this.stores.values().forEach((store) -> store.unavailable(String.valueOf(ex.getMessage())));
			this.openAt = this.nanos.getAsLong() + OPEN_INTERVAL;
			throw ex;
		}
		finally {
			look();
		}
	}

	private void tellStrangers() {
		List<String> strangers = this.storage.strangers();
		if (!strangers.isEmpty()) {
			logger.warn(
					"{} in {} holds telemetry of other destinations, of another application, or of a newer release. It "
							+ "is left untouched and not delivered: start what has written it once more, or delete it",
					String.join(", ", strangers), this.storage.directory());
		}
	}

	private boolean dropsOldest() {
		return this.settings.values().stream().anyMatch((kept) -> kept.whenFull() == WhenLogFull.DROP_OLDEST);
	}

	/**
	 * Return how storage is doing. Any thread may ask.
	 * @return the status
	 */
	StorageStatus status() {
		return this.status;
	}

	/**
	 * Return what tells that everything is stored that waits now. Whoever closes the
	 * pipeline asks, and must wake the thread of the storage then.
	 * @return completes when it is, or when that has failed
	 */
	CompletableFuture<Void> flush() {
		CompletableFuture<Void> request = new CompletableFuture<>();
		this.flushed = request;
		return request;
	}

	/**
	 * Tell all producers that what they wait for was refused, because the disk does not
	 * answer and the end is near. Any thread may call this.
	 * @return how many items nothing is known of
	 */
	int giveUp() {
		return this.stores.values().stream().mapToInt(DiskLaneStore::giveUp).sum();
	}

	@Override
	public void doWork() {
		long now = this.nanos.getAsLong();
		CompletableFuture<Void> request = this.flushed;
		if (this.own == null && now - this.openAt >= 0) {
			openAgain();
		}
		for (DiskLaneStore store : this.stores.values()) {
			if (store.write()) {
				this.onArrival.accept(store.signal());
			}
		}
		boolean news = false;
		StoredSlot ownSlot = this.own;
		if (ownSlot != null) {
			news |= maintain(ownSlot);
		}
		for (StoredSlot slot : List.copyOf(this.adopted)) {
			news |= maintain(slot);
			finish(slot);
		}
		if (this.own != null && now - this.adoptAt >= 0) {
			this.adoptAt = now + ADOPTION_INTERVAL;
			this.delivered.removeIf(this::delete);
			news |= adopt();
		}
		if (news) {
			this.stores.keySet().forEach(this.onArrival);
		}
		request.complete(null);
		if (now - this.lookAt >= 0 || !Objects.equals(this.status.reason(), reason())) {
			look();
		}
	}

	private void openAgain() {
		try {
			open();
		}
		catch (IOException ex) {
			logger.debug("Storage cannot be opened yet", ex);
		}
	}

	private boolean maintain(StoredSlot slot) {
		boolean resumed = false;
		for (Signal signal : this.stores.keySet()) {
			try {
				SegmentLog log = slot.log(signal).orElse(null);
				resumed |= log != null && log.maintain();
			}
			catch (IOException ex) {
				logger.debug("The log of {} cannot be maintained", signal.id(), ex);
			}
		}
		return resumed;
	}

	private boolean adopt() {
		List<StoredSlot> found = this.storage.adopt();
		for (StoredSlot slot : found) {
			this.adopted.add(slot);
			this.stores.forEach((signal, store) -> slot.log(signal).ifPresent(store::adopt));
			logger.info("Delivering what another instance has left behind in {}", slot.name());
		}
		return !found.isEmpty();
	}

	private void finish(StoredSlot slot) {
		if (!slot.isDelivered()) {
			return;
		}
		this.adopted.remove(slot);
		this.stores.forEach((signal, store) -> slot.log(signal).ifPresent(store::release));
		if (!delete(slot)) {
			this.delivered.add(slot);
		}
	}

	private boolean delete(StoredSlot slot) {
		try {
			slot.delete();
			return true;
		}
		catch (IOException ex) {
			logger.warn("{} is delivered and could not be deleted: {}", slot.name(), ex.toString());
			return false;
		}
	}

	private void look() {
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
		StoredSlot slot = this.own;
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
				forecast.secondsUntilFull(undelivered, capacity, now));
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

	@Override
	public long nanosUntilWork() {
		long now = this.nanos.getAsLong();
		StoredSlot slot = this.own;
		if (slot == null) {
			return Math.max(0, this.openAt - now);
		}
		long wait = Math.max(0, this.adoptAt - now);
		if (this.status.reason() != null) {
			wait = Math.min(wait, OPEN_INTERVAL);
		}
		List<StoredSlot> slots = new ArrayList<>(this.adopted);
		slots.add(slot);
		for (StoredSlot each : slots) {
			for (Signal signal : this.stores.keySet()) {
				wait = Math.min(wait, each.log(signal).map(SegmentLog::nanosUntilMaintenance).orElse(Long.MAX_VALUE));
			}
		}
		return wait;
	}

	/**
	 * There is nothing to wait for: what waits is appended at once.
	 */
	@Override
	public boolean isDraining(long drainingSince) {
		return false;
	}

	/**
	 * Append what is left, and close all files.
	 */
	@Override
	public void close() {
		this.stores.values().forEach(DiskLaneStore::writeLast);
		this.adopted.forEach(StoredSlot::close);
		this.delivered.forEach(StoredSlot::close);
		StoredSlot slot = this.own;
		if (slot != null) {
			slot.close();
		}
	}

}
