package io.github.otlpboot.storage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * The format of a cursor. Thread-safe, as it holds nothing.
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
 */
final class CursorFormat {

	static final int MAGIC = 0x4F42_4355;

	static final int MAJOR = 1;

	static final int MINOR = 0;

	/** The length of a body without losses. */
	private static final int FIXED_LENGTH = 84;

	/**
	 * No log ever counts further. What follows a greater number would be less than it, so
	 * that nothing more would ever be read.
	 */
	private static final long MAX_NUMBER = Long.MAX_VALUE / 4;

	/** There are fewer reasons than this in any version. */
	private static final int MAX_REASONS = 256;

	private CursorFormat() {
	}

	/**
	 * Write a cursor.
	 * @param cursor the cursor
	 * @param otherLost the number of items lost for reasons that only a later version
	 * knows
	 * @param logId the log that it points into
	 * @param destination the hash of the name of the destination
	 * @return the body of a file
	 */
	static ByteBuffer encode(Cursor cursor, Map<String, Long> otherLost, UUID logId, long destination) {
		Map<String, Long> lost = new TreeMap<>(otherLost);
		cursor.lost().forEach((reason, items) -> lost.put(reason.id(), items));
		int lostLength = lost.keySet().stream().mapToInt((id) -> 1 + id.length() + Long.BYTES).sum();
		ByteBuffer body = ByteBuffer.allocate(FIXED_LENGTH + lostLength);
		body.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
		body.putLong(destination);
		body.putShort((short) 1).putLong(1).putLong(cursor.acknowledged());
		body.putLong(cursor.segment()).putLong(cursor.offset());
		body.putLong(cursor.items()).putLong(cursor.bytes()).putLong(cursor.delivered());
		body.putShort((short) lost.size());
		lost.forEach((id,
				items) -> body.put((byte) id.length()).put(id.getBytes(StandardCharsets.ISO_8859_1)).putLong(items));
		return body.flip();
	}

	/**
	 * Read a cursor.
	 * @param content what the file holds
	 * @param logId the log that it is to point into
	 * @param destination the hash of the name of its destination, {@code null} for any
	 * @return a cursor, or what is wrong with it
	 */
	static CursorState decode(StateFile.Body content, UUID logId, @Nullable Long destination) {
		ByteBuffer body = content.bytes();
		try {
			if (!new UUID(body.getLong(), body.getLong()).equals(logId)) {
				return new CursorState.Unusable("it belongs to another log");
			}
			long fileDestination = body.getLong();
			if (destination != null && destination != fileDestination) {
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
		if (!arePossible(acknowledged, segment, offset, items, bytes, delivered)
				|| !decodeLost(body, lost, otherLost)) {
			return null;
		}
		return new CursorState.Present(new Cursor(acknowledged, segment, offset, items, bytes, delivered, lost),
				otherLost);
	}

	private static boolean arePossible(long... numbers) {
		return LongStream.of(numbers).allMatch((number) -> number >= 0 && number <= MAX_NUMBER);
	}

	private static long decodeAcknowledged(ByteBuffer body) {
		int ranges = Short.toUnsignedInt(body.getShort());
		if (ranges == 0 || body.getLong() != 1) {
			return -1;
		}
		long acknowledged = body.getLong();
		for (int i = 1; i < ranges; i++) {
			// What a later version settled beyond the prefix is sent again.
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
			if (!arePossible(items) || before != null) {
				return false;
			}
		}
		return true;
	}

	// ASCII is all that any version writes. Whatever else is there goes back as it was:
	// two
	// that differ must not become one, which no version would read.
	private static String decodeReason(ByteBuffer body) {
		byte[] id = new byte[Byte.toUnsignedInt(body.get())];
		body.get(id);
		return new String(id, StandardCharsets.ISO_8859_1);
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
