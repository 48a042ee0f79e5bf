package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * The file that holds the cursor of one destination in the log of one signal. It is the
 * only memory of what was delivered: without it, everything still in the log is sent
 * again. Not thread-safe: it belongs to whoever owns the cursor.
 * <p>
 * The body within the envelope of {@link StateFile}:
 *
 * <pre>
 * log UUID              16 bytes
 * destination           8 bytes, a hash of its name
 * acknowledged ranges   2 bytes, how many; then for each
 *   first, last         8 + 8 bytes; the first range starts at 1, the only one in version 1
 * segment, offset       8 + 8 bytes, hints
 * items, bytes          8 + 8 bytes
 * delivered             8 bytes
 * lost                  2 bytes, how many reasons; then for each
 *   length, reason      1 byte, then so many of ASCII: the identifier, not the ordinal
 *   items               8 bytes
 * </pre>
 *
 * The crash points of {@link #save} are those of {@link StateFile#replace}, and
 * <ol start="7">
 * <li>the first time, after the directory is there and before its own parent is synced:
 * the cursor is missing.</li>
 * </ol>
 */
final class CursorFile {

	static final int MAGIC = 0x4F42_4355;

	static final int MAJOR = 1;

	static final int MINOR = 0;

	/** How the name of every cursor file ends. */
	static final String SUFFIX = ".cur";

	/** There are fewer reasons than this in any version. */
	private static final int MAX_REASONS = 256;

	private final Disk disk;

	private final Path directory;

	private final StateFile file;

	private final UUID logId;

	/** A hash of the destination's name, {@code null} if the name is not known. */
	private final @Nullable Long destination;

	/** What the file was found to hold, {@code null} until it was looked at. */
	private @Nullable CursorState found;

	/** Whether the directory is known to be there for good. */
	private boolean rooted;

	private CursorFile(Disk disk, Path directory, Path file, UUID logId, @Nullable Long destination) {
		this.disk = disk;
		this.directory = directory;
		this.file = new StateFile(disk, file, MAGIC, MAJOR, MINOR);
		this.logId = logId;
		this.destination = destination;
	}

	/**
	 * Create the file's representation; nothing is read or written yet.
	 * @param disk where it is
	 * @param directory its directory, created when the first cursor is saved
	 * @param destination the name of the destination, any string
	 * @param logId the log that the cursor points into
	 * @return the file
	 */
	static CursorFile of(Disk disk, Path directory, String destination, UUID logId) {
		Path file = directory.resolve(FileNames.encode(destination) + SUFFIX);
		return new CursorFile(disk, directory, file, logId, FileNames.hash(List.of(destination)));
	}

	/**
	 * Read a cursor from the outside, where of its destination no more than the name of
	 * the file is known.
	 * @param disk where it is
	 * @param file the file
	 * @param logId the log that the cursor points into
	 * @return what the file holds
	 */
	static CursorState read(Disk disk, Path file, UUID logId) {
		Path directory = file.toAbsolutePath().getParent();
		return new CursorFile(disk, (directory != null) ? directory : file, file, logId, null).load();
	}

	/**
	 * Read the cursor.
	 * @return what the file holds; never an exception, for nothing in this file may keep
	 * an application from starting
	 */
	CursorState load() {
		CursorState state = read();
		this.found = state;
		return state;
	}

	private CursorState read() {
		StateFile.Content content;
		try {
			content = this.file.read();
		}
		catch (IOException ex) {
			return new CursorState.Unusable("it cannot be read: " + ex.getMessage());
		}
		if (content instanceof StateFile.Body body) {
			return decode(body);
		}
		if (content instanceof StateFile.Newer newer) {
			return new CursorState.Newer(newer.major());
		}
		if (content instanceof StateFile.Damaged damaged) {
			return new CursorState.Unusable(damaged.reason());
		}
		return new CursorState.Missing();
	}

	/**
	 * Replace the cursor. What was lost for reasons that only a later version knows stays
	 * in the file.
	 * @param cursor the new cursor, which points to nothing that is not synced
	 * @throws IOException if it is not certain that it survives, or if a later version
	 * wrote the file
	 */
	void save(Cursor cursor) throws IOException {
		CursorState state = (this.found != null) ? this.found : load();
		if (state instanceof CursorState.Newer newer) {
			throw new IOException("A later version (" + newer.major() + ") wrote the cursor in " + this.directory);
		}
		if (!this.rooted) {
			this.disk.createDirectories(this.directory);
			// Crash point 7
			Path parent = this.directory.getParent();
			if (parent != null) {
				this.disk.syncDirectory(parent);
			}
			this.rooted = true;
		}
		Map<String, Long> otherLost = (state instanceof CursorState.Present present) ? present.otherLost() : Map.of();
		this.file.replace(encode(cursor, otherLost));
	}

	private ByteBuffer encode(Cursor cursor, Map<String, Long> otherLost) {
		Map<String, Long> lost = new TreeMap<>(otherLost);
		cursor.lost().forEach((reason, items) -> lost.put(reason.id(), items));
		int lostLength = lost.keySet().stream().mapToInt((id) -> 1 + id.length() + Long.BYTES).sum();
		ByteBuffer body = ByteBuffer.allocate(84 + lostLength);
		body.putLong(this.logId.getMostSignificantBits()).putLong(this.logId.getLeastSignificantBits());
		body.putLong((this.destination != null) ? this.destination : 0);
		body.putShort((short) 1).putLong(1).putLong(cursor.acknowledged());
		body.putLong(cursor.segment()).putLong(cursor.offset());
		body.putLong(cursor.items()).putLong(cursor.bytes()).putLong(cursor.delivered());
		body.putShort((short) lost.size());
		lost.forEach(
				(id, items) -> body.put((byte) id.length()).put(id.getBytes(StandardCharsets.US_ASCII)).putLong(items));
		return body.flip();
	}

	private CursorState decode(StateFile.Body content) {
		ByteBuffer body = content.bytes();
		try {
			if (!new UUID(body.getLong(), body.getLong()).equals(this.logId)) {
				return new CursorState.Unusable("it belongs to another log");
			}
			long hash = body.getLong();
			if (this.destination != null && this.destination != hash) {
				return new CursorState.Unusable("it belongs to another destination");
			}
			CursorState.Present present = decodePosition(body);
			if (present == null || (body.hasRemaining() && content.minor() <= MINOR)) {
				return new CursorState.Unusable("it makes no sense");
			}
			return present;
		}
		catch (BufferUnderflowException ex) {
			return new CursorState.Unusable("it makes no sense");
		}
	}

	private static CursorState.@Nullable Present decodePosition(ByteBuffer body) {
		long acknowledged = decodeAcknowledged(body);
		long segment = body.getLong();
		long offset = body.getLong();
		long items = body.getLong();
		long bytes = body.getLong();
		long delivered = body.getLong();
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		Map<String, Long> otherLost = new TreeMap<>();
		if ((acknowledged | segment | offset | items | bytes | delivered) < 0 || !decodeLost(body, lost, otherLost)) {
			return null;
		}
		return new CursorState.Present(new Cursor(acknowledged, segment, offset, items, bytes, delivered, lost),
				otherLost);
	}

	/**
	 * Read the settled prefix. What a later version settled beyond it is sent again.
	 */
	private static long decodeAcknowledged(ByteBuffer body) {
		int ranges = Short.toUnsignedInt(body.getShort());
		if (ranges == 0 || body.getLong() != 1) {
			return -1;
		}
		long acknowledged = body.getLong();
		for (int i = 1; i < ranges; i++) {
			body.getLong();
			body.getLong();
		}
		return acknowledged;
	}

	private static boolean decodeLost(ByteBuffer body, Map<LossReason, Long> lost, Map<String, Long> otherLost) {
		int reasons = Short.toUnsignedInt(body.getShort());
		if (reasons > MAX_REASONS) {
			return false;
		}
		for (int i = 0; i < reasons; i++) {
			String id = decodeReason(body);
			long items = body.getLong();
			LossReason reason = reason(id);
			Long before = (reason != null) ? lost.put(reason, items) : otherLost.put(id, items);
			if (items < 0 || before != null) {
				return false;
			}
		}
		return true;
	}

	private static String decodeReason(ByteBuffer body) {
		byte[] id = new byte[Byte.toUnsignedInt(body.get())];
		body.get(id);
		return new String(id, StandardCharsets.US_ASCII);
	}

	private static @Nullable LossReason reason(String id) {
		for (LossReason reason : LossReason.values()) {
			if (reason.id().equals(id)) {
				return reason;
			}
		}
		return null;
	}

}
