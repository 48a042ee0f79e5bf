package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The slots of a storage directory, {@code slot-0}, {@code slot-1} and so on. Instances
 * that share the directory, in this process or in others, each take their own, and finish
 * what an instance of the same owner has left behind. Thread-safe: it holds nothing that
 * changes, and every slot is guarded by the lock on its file.
 * <p>
 * The lock comes first. Whoever reads or writes a slot without it could see or spoil the
 * work of another instance.
 */
final class Slots {

	/** So many instances cannot be meant, and the search has to end. */
	private static final int MAX_SLOTS = 1024;

	private final Disk disk;

	private final StorageDirectory storage;

	private final SlotOwner owner;

	private final Clock clock;

	/**
	 * Create the representation of a storage directory; nothing is read or written yet.
	 * @param disk where it is
	 * @param root the storage directory
	 * @param owner whose slots are wanted
	 * @param clock dates new slots
	 */
	Slots(Disk disk, Path root, SlotOwner owner, Clock clock) {
		this.disk = disk;
		this.storage = new StorageDirectory(disk, root);
		this.owner = owner;
		this.clock = clock;
	}

	/**
	 * Take a slot: the first free one of the same owner, so that a restarted instance
	 * goes on where it was killed, otherwise a new one. A crash may come
	 * <ol>
	 * <li>when the directory of a new slot is there, or its lock file too: an instance
	 * that finds neither {@code META} nor segments completes it;</li>
	 * <li>while {@code META} is being written: see {@link StateFile#replace}; as 1, or
	 * the slot is complete.</li>
	 * </ol>
	 * @return the slot, to be closed
	 * @throws StorageUnavailableException if the storage directory cannot be used
	 * @throws IOException if something else goes wrong
	 */
	Slot acquire() throws IOException {
		return acquire(Set.of());
	}

	/**
	 * Take a slot, but for some.
	 * @param unreadable the directories of slots that are of no use at present
	 * @return the slot, to be closed
	 * @throws StorageUnavailableException if the storage directory cannot be used
	 * @throws IOException if something else goes wrong
	 */
	Slot acquire(Set<Path> unreadable) throws IOException {
		List<Path> existing = this.storage.prepare();
		existing.removeAll(unreadable);
		for (Path directory : existing) {
			Slot slot = claimOrNone(directory);
			if (slot != null) {
				return slot;
			}
		}
		for (int index = 0; index < MAX_SLOTS; index++) {
			Path directory = this.storage.slot(index);
			if (unreadable.contains(directory)) {
				continue;
			}
			Slot slot = existing.contains(directory) ? complete(directory) : create(directory);
			if (slot != null) {
				return slot;
			}
		}
		throw new StorageUnavailableException(this.storage + " holds " + MAX_SLOTS
				+ " slots and none of them can be used: move away those that no running instance needs", null);
	}

	/**
	 * Take what instances of the same owner have left behind.
	 * @return all free slots of the same owner, to be delivered, deleted and closed;
	 * empty if the storage directory cannot be read
	 */
	List<Slot> adoptable() {
		List<Slot> slots = new ArrayList<>();
		for (Path directory : this.storage.slots()) {
			Slot slot = claimOrNone(directory);
			if (slot != null) {
				slots.add(slot);
			}
		}
		return slots;
	}

	/**
	 * Name the slots that no instance uses and that this owner will never deliver: they
	 * hold data of another owner, or of nobody knows whom, or a later version wrote them.
	 * @return the names, such as {@code slot-3}
	 */
	List<String> strangers() {
		List<String> names = new ArrayList<>();
		for (Path directory : this.storage.slots()) {
			if (isStranger(directory)) {
				names.add(String.valueOf(directory.getFileName()));
			}
		}
		return names;
	}

	private boolean isStranger(Path directory) {
		try {
			DiskLock lock = lock(directory);
			if (lock == null) {
				return false;
			}
			try {
				StateFile.Content content = SlotMeta.file(this.disk, directory).read();
				return content instanceof StateFile.Newer
						|| (!isOurs(content) && SlotContent.holdsData(this.disk, directory));
			}
			finally {
				Slot.release(lock, directory);
			}
		}
		catch (IOException ex) {
			// Who may not even look at it will not deliver it.
			return true;
		}
	}

	/**
	 * Keep a slot that is held for long: its files stay young, and its description is
	 * there, without which nobody would deliver what is stored.
	 * @param slot the slot
	 * @throws IOException if the description cannot be read or written
	 */
	void keep(Slot slot) throws IOException {
		slot.touch(this.clock.millis());
		describe(slot);
	}

	/**
	 * See that a slot which was taken away has its description, unless somebody else has
	 * the slot now. The lock of the old file is released before.
	 * @param slot the slot, released
	 * @throws IOException if it cannot be locked, read or written; most likely it is gone
	 * altogether
	 */
	void restore(Slot slot) throws IOException {
		DiskLock lock = lock(slot.directory());
		if (lock == null) {
			return;
		}
		try {
			// Without data, anyone may take it and describe it.
			if (SlotContent.holdsData(this.disk, slot.directory())) {
				describe(slot);
			}
		}
		finally {
			Slot.release(lock, slot.directory());
		}
	}

	private void describe(Slot slot) throws IOException {
		StateFile file = SlotMeta.file(this.disk, slot.directory());
		if (file.read() instanceof StateFile.Missing) {
			file.replace(new SlotMeta(slot.logId(), this.owner, this.clock.millis()).encode());
		}
	}

	/**
	 * Return whether a slot holds data, as far as that can be told.
	 * @param slot the slot
	 * @return {@code false} also if nothing can be told
	 */
	boolean holdsData(Slot slot) {
		try {
			return SlotContent.holdsData(this.disk, slot.directory());
		}
		catch (IOException ex) {
			return false;
		}
	}

	private @Nullable Slot create(Path directory) throws StorageUnavailableException {
		try {
			this.storage.create(directory);
			return claim(directory, true);
		}
		catch (IOException ex) {
			throw this.storage.unavailable(ex);
		}
	}

	private @Nullable Slot claimOrNone(Path directory) {
		try {
			return claim(directory, false);
		}
		catch (IOException ex) {
			// It must not keep the instance from taking another one. If nothing can be
			// read, creating a slot fails, and says so.
			return null;
		}
	}

	private @Nullable Slot complete(Path directory) throws StorageUnavailableException {
		try {
			return claim(directory, true);
		}
		catch (StorageUnavailableException ex) {
			throw ex;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Take a slot if it is free and belongs to the owner.
	 * @param directory its directory
	 * @param complete whether to make one in which nothing is stored the owner's
	 * @return the slot, {@code null} if it is not for us
	 * @throws IOException if it cannot be locked, read or completed
	 */
	private @Nullable Slot claim(Path directory, boolean complete) throws IOException {
		DiskLock lock = lock(directory);
		if (lock == null) {
			return null;
		}
		Slot slot = null;
		try {
			SlotMeta meta = meta(directory, complete);
			slot = (meta != null) ? new Slot(this.disk, directory, meta.logId(), lock) : null;
			return slot;
		}
		finally {
			if (slot == null) {
				Slot.release(lock, directory);
			}
		}
	}

	private @Nullable DiskLock lock(Path directory) throws IOException {
		return this.disk.tryLock(directory.resolve(Slot.LOCK));
	}

	private @Nullable SlotMeta meta(Path directory, boolean complete) throws IOException {
		StateFile file = SlotMeta.file(this.disk, directory);
		StateFile.Content content = file.read();
		SlotMeta meta = decode(content);
		if (meta != null && meta.owner().equals(this.owner)) {
			return meta;
		}
		// Also one of another owner in which nothing is left: endpoints change.
		if (!complete || content instanceof StateFile.Newer || SlotContent.holdsData(this.disk, directory)) {
			return null;
		}
		SlotMeta created = new SlotMeta(UUID.randomUUID(), this.owner, this.clock.millis());
		// Crash point 2
		try {
			file.replace(created.encode());
		}
		catch (IOException ex) {
			// In a new slot it would fail as well, and each attempt would leave one more.
			throw this.storage.unavailable(ex);
		}
		return created;
	}

	private boolean isOurs(StateFile.Content content) {
		SlotMeta meta = decode(content);
		return meta != null && meta.owner().equals(this.owner);
	}

	private static @Nullable SlotMeta decode(StateFile.Content content) {
		return (content instanceof StateFile.Body body) ? SlotMeta.decode(body) : null;
	}

}
