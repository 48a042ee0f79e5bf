package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SegmentLog;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StoredSlot;
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

	private static final long KEEP_INTERVAL = Duration.ofHours(1).toNanos();

	private static final long ADOPTION_INTERVAL = Duration.ofMinutes(1).toNanos();

	private final Storage storage;

	private final Map<Signal, DiskLaneStore> stores;

	private final LongSupplier nanos;

	private final Consumer<Signal> onArrival;

	private final StorageWatch watch;

	private final List<StoredSlot> adopted = new ArrayList<>();

	/**
	 * Delivered and not deleted yet, held so that nobody adopts and counts them again.
	 */
	private final List<StoredSlot> delivered = new ArrayList<>();

	private final ForsakenSlots forsaken;

	private @Nullable StoredSlot own;

	private long keepAt;

	private long openAt;

	private long adoptAt;

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
		this.nanos = nanos;
		this.onArrival = onArrival;
		this.forsaken = new ForsakenSlots(storage, stores);
		this.watch = new StorageWatch(storage, stores, settings, nanos);
		this.adoptAt = nanos.getAsLong();
		this.openAt = this.adoptAt;
		this.keepAt = this.adoptAt + KEEP_INTERVAL;
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
			tellUnread(slot);
		}
		catch (IOException ex) {
			this.stores.values().forEach((store) -> store.unavailable(String.valueOf(ex.getMessage())));
			this.openAt = this.nanos.getAsLong() + OPEN_INTERVAL;
			throw ex;
		}
		finally {
			this.watch.look(this.own);
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

	private void tellUnread(StoredSlot slot) {
		try {
			Set<Signal> unread = slot.unread();
			if (!unread.isEmpty()) {
				logger.warn(
						"{} in {} holds files of {}, which are switched off. They are kept, and what of them was not "
								+ "delivered is, once they are switched on again",
						slot.name(), this.storage.directory(),
						unread.stream().map(Signal::itemName).collect(Collectors.joining(", ")));
			}
		}
		catch (IOException ex) {
			logger.debug("It cannot be told what {} holds", slot.name(), ex);
		}
	}

	/**
	 * Return how storage is doing. Any thread may ask.
	 * @return the status
	 */
	StorageStatus status() {
		return this.watch.status();
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
		this.forsaken.closeSettled();
		forsakeLost(now);
		boolean news = this.own == null && now - this.openAt >= 0 && opensAgain();
		write();
		if (forsakeLost(now)) {
			news |= opensAgain();
			write();
		}
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
			keep(now);
		}
		if (news) {
			this.stores.keySet().forEach(this.onArrival);
		}
		request.complete(null);
		if (this.watch.isDue(now)) {
			this.watch.look(this.own);
		}
	}

	private void write() {
		inTurn(this.stores.values().iterator(), (store) -> {
			if (store.write()) {
				this.onArrival.accept(store.signal());
			}
		});
	}

	// An error in one signal is no reason to leave out the others.
	private static void inTurn(Iterator<DiskLaneStore> stores, Consumer<DiskLaneStore> action) {
		if (stores.hasNext()) {
			try {
				action.accept(stores.next());
			}
			finally {
				inTurn(stores, action);
			}
		}
	}

	// Whether one's own is lost, which is taken again if it is free.
	private boolean forsakeLost(long now) {
		boolean ownLost = false;
		StoredSlot ownSlot = this.own;
		if (ownSlot != null && !ownSlot.isHeld()) {
			this.own = null;
			ownLost = true;
			this.openAt = now;
			this.forsaken.add(ownSlot);
		}
		for (StoredSlot slot : List.copyOf(this.adopted)) {
			if (!slot.isHeld()) {
				this.adopted.remove(slot);
				this.forsaken.add(slot);
			}
		}
		return ownLost;
	}

	private void keep(long now) {
		StoredSlot slot = this.own;
		if (slot != null && now - this.keepAt >= 0) {
			this.keepAt = now + KEEP_INTERVAL;
			this.storage.keep(slot);
			this.adopted.forEach(this.storage::keep);
		}
	}

	// What an earlier process has left is news, too.
	private boolean opensAgain() {
		try {
			open();
			return true;
		}
		catch (IOException ex) {
			logger.debug("Storage cannot be opened yet", ex);
			return false;
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
		if (!slot.isHeld()) {
			// What is in it may be somebody else's by now.
			slot.close();
			return true;
		}
		try {
			slot.delete();
			return true;
		}
		catch (IOException ex) {
			logger.warn("{} is delivered and could not be deleted: {}", slot.name(), ex.toString());
			return false;
		}
	}

	@Override
	public long nanosUntilWork() {
		long now = this.nanos.getAsLong();
		StoredSlot slot = this.own;
		if (slot == null) {
			return Math.max(0, this.openAt - now);
		}
		long wait = Math.max(0, this.adoptAt - now);
		if (!this.watch.status().isDurable()) {
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
		try {
			if (forsakeLost(this.nanos.getAsLong())) {
				opensAgain();
			}
		}
		finally {
			writeLast();
		}
	}

	private void writeLast() {
		try {
			inTurn(this.stores.values().iterator(), DiskLaneStore::writeLast);
		}
		finally {
			closeSlots();
		}
	}

	private void closeSlots() {
		this.forsaken.close();
		this.adopted.forEach(StoredSlot::close);
		this.delivered.forEach(StoredSlot::close);
		StoredSlot slot = this.own;
		if (slot != null) {
			slot.close();
		}
	}

}
