package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage directory: a slot of one's own in it, and those that others of the same
 * application have left behind. Belongs to the thread of the storage.
 */
public final class Storage {

	private static final Logger logger = LoggerFactory.getLogger(Storage.class);

	private final StorageContext context;

	private final StorageSettings settings;

	private final Map<Signal, List<String>> destinations;

	private final LossListener listener;

	private final Slots slots;

	/** The slots of which it has been said that they cannot be opened. */
	private final Set<String> told = new HashSet<>();

	/**
	 * Create a representation of the directory; nothing is read or written yet.
	 * @param context the file system and the time
	 * @param settings what is stored where
	 * @param destinations who reads each signal; the signals that are stored
	 * @param listener is told of accepted items that a destination will never get
	 */
	public Storage(StorageContext context, StorageSettings settings, Map<Signal, List<String>> destinations,
			LossListener listener) {
		this.context = context;
		this.settings = settings;
		this.destinations = Map.copyOf(destinations);
		this.listener = listener;
		this.slots = new Slots(context.disk(), settings.directory(), settings.owner(), context.clock());
	}

	public Path directory() {
		return this.settings.directory();
	}

	/**
	 * Take a slot of one's own, the one of the process before if it is free. Where that
	 * holds data that cannot be read at present, another one is taken, because the disk
	 * may well store what comes; what cannot be read stays, and is tried again with all
	 * that others have left behind.
	 * @return the slot with its logs, to be closed
	 * @throws StorageUnavailableException if the directory cannot be used; the message
	 * says why and what to do
	 * @throws IOException if the logs cannot be opened
	 */
	public StoredSlot acquire() throws IOException {
		checkParent();
		Set<Path> unreadable = new HashSet<>();
		Slot slot = this.slots.acquire();
		while (true) {
			// Asked while it is held.
			boolean holdsData = this.slots.holdsData(slot);
			try {
				return open(slot);
			}
			catch (StorageUnavailableException | UnsupportedFormatException ex) {
				throw ex;
			}
			catch (IOException ex) {
				unreadable.add(slot.directory());
				slot = holdsData ? another(unreadable, ex) : null;
				if (slot == null) {
					throw ex;
				}
				logger.warn("{} cannot be opened: {}; what it holds is kept and tried again, {} is used meanwhile",
						unreadable, ex.toString(), slot.name());
			}
		}
	}

	private @Nullable Slot another(Set<Path> unreadable, IOException failure) {
		try {
			return this.slots.acquire(unreadable);
		}
		catch (IOException ex) {
			// Then it is not the slot.
			failure.addSuppressed(ex);
			return null;
		}
	}

	// Whoever owns it can put another directory in the place of ours.
	private void checkParent() throws IOException {
		Path parent = this.settings.privateParent();
		if (parent != null) {
			this.context.disk().createDirectories(parent);
			String other = this.context.disk().otherOwner(parent);
			if (other != null) {
				throw new StorageUnavailableException(parent + " belongs to user " + other
						+ " and not to the user of this process: delete it, or choose another directory", null);
			}
		}
	}

	/**
	 * Take the slots that others of the same application have left behind.
	 * @return the slots with their logs, to be delivered and deleted; those that cannot
	 * be opened are left alone
	 */
	public List<StoredSlot> adopt() {
		List<StoredSlot> adopted = new ArrayList<>();
		for (Slot slot : this.slots.adoptable()) {
			try {
				StoredSlot stored = adoptable(slot);
				if (stored != null) {
					adopted.add(stored);
				}
			}
			catch (IOException ex) {
				if (this.told.add(slot.name())) {
					logger.warn("{} was left behind and cannot be opened: {}; it is tried again and again", slot,
							ex.toString());
				}
			}
		}
		return adopted;
	}

	// What is switched off stays in its slot, which would be taken and given back every
	// time if that were all there is.
	private @Nullable StoredSlot adoptable(Slot slot) throws IOException {
		boolean read = false;
		boolean unread = false;
		try {
			for (Signal signal : Signal.values()) {
				boolean stored = slot.holds(signal);
				read |= stored && this.destinations.containsKey(signal);
				unread |= stored && !this.destinations.containsKey(signal);
			}
		}
		catch (IOException ex) {
			slot.close();
			throw ex;
		}
		if (unread && !read) {
			slot.close();
			if (this.told.add(slot.name() + " switched off")) {
				logger.warn("{} was left behind with files of signals that are switched off. It is kept, and delivered "
						+ "once they are switched on again", slot);
			}
			return null;
		}
		StoredSlot opened = open(slot);
		if (unread && opened.isDelivered()) {
			opened.close();
			return null;
		}
		return opened;
	}

	/**
	 * Keep a slot that is held for long from being deleted for its age. To be called at
	 * long intervals.
	 * @param stored the slot
	 */
	public void keep(StoredSlot stored) {
		try {
			this.slots.keep(stored.slot());
		}
		catch (IOException ex) {
			logger.debug("{} could not be kept", stored.name(), ex);
		}
	}

	/**
	 * Give back a slot that was taken away, of which all logs are abandoned. Where it is
	 * free, {@link #acquire()} takes it again.
	 * @param stored the slot
	 */
	public void giveBack(StoredSlot stored) {
		stored.slot().close();
		try {
			this.slots.restore(stored.slot());
		}
		catch (IOException ex) {
			logger.debug("{} could not be restored", stored.name(), ex);
		}
	}

	/**
	 * Name the slots that hold data which nobody will deliver: that of other
	 * destinations, or of a newer release.
	 * @return the names
	 */
	public List<String> strangers() {
		return this.slots.strangers();
	}

	/**
	 * Return how much can still be written to the volume.
	 * @return the free space in bytes, {@code -1} if it is not known
	 */
	public long freeSpace() {
		try {
			return this.context.disk().usableSpace(this.settings.directory());
		}
		catch (IOException ex) {
			return -1;
		}
	}

	private StoredSlot open(Slot slot) throws IOException {
		List<SegmentLog> logs = new ArrayList<>();
		boolean opened = false;
		try {
			for (Map.Entry<Signal, List<String>> entry : this.destinations.entrySet()) {
				LogSettings logSettings = this.settings.logs().get(entry.getKey());
				if (logSettings != null) {
					logs.add(SegmentLog.open(this.context, slot, entry.getKey(), logSettings, entry.getValue(),
							this.listener));
				}
			}
			opened = true;
			return new StoredSlot(slot, logs);
		}
		finally {
			if (!opened) {
				logs.forEach(SegmentLog::close);
				slot.close();
			}
		}
	}

}
