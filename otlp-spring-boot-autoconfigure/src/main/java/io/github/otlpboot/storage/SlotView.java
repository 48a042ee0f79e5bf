package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A slot as it is seen from the outside, without its lock and without a change to it.
 * Another process may be using it: what this says was so a moment ago.
 *
 * @param directory the directory of the slot
 * @param logId what its segments and cursors are marked with, {@code null} if that is not
 * known
 * @param owner whose data it holds, {@code null} if that is not known
 * @param createdAt when it was created, in milliseconds since the epoch, {@code 0} if
 * that is not known
 * @param problem why it says nothing about itself, as the end of a sentence, {@code null}
 * if it does
 */
public record SlotView(Path directory, @Nullable UUID logId, @Nullable SlotOwner owner, long createdAt,
		@Nullable String problem) {

	/**
	 * Look at all slots of a storage directory.
	 * @param disk where it is
	 * @param root the storage directory
	 * @return the slots in the order of their names, empty if there is no such directory
	 * @throws IOException if it cannot be read
	 */
	public static List<SlotView> all(Disk disk, Path root) throws IOException {
		List<SlotView> views = new ArrayList<>();
		for (Path directory : disk.list(root)) {
			if (StorageDirectory.SLOT_NAME.matcher(String.valueOf(directory.getFileName())).matches()) {
				views.add(of(disk, directory));
			}
		}
		return views;
	}

	private static SlotView of(Disk disk, Path directory) {
		StateFile.Content content;
		try {
			content = SlotMeta.file(disk, directory).read();
		}
		catch (IOException ex) {
			return unknown(directory, "its META cannot be read: " + ex.getMessage());
		}
		if (content instanceof StateFile.Body body) {
			SlotMeta meta = SlotMeta.decode(body);
			return (meta != null) ? new SlotView(directory, meta.logId(), meta.owner(), meta.createdAt(), null)
					: unknown(directory, "its META makes no sense");
		}
		if (content instanceof StateFile.Damaged damaged) {
			return unknown(directory, "its META is damaged: " + damaged.reason());
		}
		if (content instanceof StateFile.Newer newer) {
			return unknown(directory, "its META is in version " + newer.major() + " of the format");
		}
		return unknown(directory, "it has no META");
	}

	private static SlotView unknown(Path directory, String problem) {
		return new SlotView(directory, null, null, 0, problem);
	}

	/**
	 * Return the name of the slot among those of its storage directory.
	 * @return the name, such as {@code slot-0}
	 */
	public String name() {
		return String.valueOf(this.directory.getFileName());
	}

	/**
	 * Return the file whose lock the instance holds that uses the slot.
	 * @return the file, which must not be opened: closing it could release the lock
	 */
	public Path lock() {
		return this.directory.resolve(Slot.LOCK);
	}

	/**
	 * List the segments of a signal.
	 * @param disk where they are
	 * @param signal the signal
	 * @return the files, oldest first
	 * @throws IOException if the directory cannot be read
	 */
	public List<Path> segments(Disk disk, Signal signal) throws IOException {
		return disk.list(this.directory.resolve(signal.id()))
			.stream()
			.filter((file) -> SegmentName.firstSequence(file).isPresent())
			.toList();
	}

	/**
	 * Read the cursors of a signal.
	 * @param disk where they are
	 * @param signal the signal
	 * @return the cursors in the order of their files
	 * @throws IOException if the directory cannot be read
	 */
	public List<CursorView> cursors(Disk disk, Signal signal) throws IOException {
		List<CursorView> cursors = new ArrayList<>();
		for (Path file : disk.list(this.directory.resolve(signal.id()).resolve(Slot.CURSORS))) {
			String name = String.valueOf(file.getFileName());
			if (name.endsWith(CursorFile.SUFFIX)) {
				String destination = FileNames.decode(name.substring(0, name.length() - CursorFile.SUFFIX.length()));
				CursorView cursor = cursor(disk, file, destination);
				if (cursor != null) {
					cursors.add(cursor);
				}
			}
		}
		return cursors;
	}

	private @Nullable CursorView cursor(Disk disk, Path file, String destination) {
		if (this.logId == null) {
			return new CursorView(destination, null, 0, "its log is not known");
		}
		CursorState state;
		try {
			state = CursorFile.read(disk, file, this.logId);
		}
		catch (IOException ex) {
			state = new CursorState.Unusable("it cannot be read: " + ex.getMessage());
		}
		if (state instanceof CursorState.Present present) {
			long other = present.otherLost().values().stream().mapToLong(Long::longValue).sum();
			return new CursorView(destination, present.cursor(), other, null);
		}
		if (state instanceof CursorState.Unusable unusable) {
			return new CursorView(destination, null, 0, unusable.reason());
		}
		if (state instanceof CursorState.Newer newer) {
			return new CursorView(destination, null, 0, "it is in version " + newer.major() + " of the format");
		}
		// Deleted since it was listed
		return null;
	}

	@Override
	public String toString() {
		return name();
	}

}
