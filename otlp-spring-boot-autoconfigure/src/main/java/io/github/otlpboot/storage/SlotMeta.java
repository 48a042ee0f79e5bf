package io.github.otlpboot.storage;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What a slot says about itself, in its file {@code META}.
 * <p>
 * The body within the envelope of {@link StateFile}:
 *
 * <pre>
 * log UUID             16 bytes
 * destinations' hash   8 bytes
 * created              8 bytes, milliseconds since the epoch
 * length, application  2 bytes, then so many of UTF-8
 * </pre>
 *
 * @param logId what the segments and cursors of the slot are marked with
 * @param owner whose data it holds
 * @param createdAt when the slot was created, in milliseconds since the epoch
 */
record SlotMeta(UUID logId, SlotOwner owner, long createdAt) {

	/** The name of the file within the slot. */
	static final String FILE_NAME = "META";

	static final int MAGIC = 0x4F42_4D45;

	static final int MAJOR = 1;

	static final int MINOR = 0;

	/**
	 * Return the file that holds the description of a slot.
	 * @param disk where it is
	 * @param directory the directory of the slot
	 * @return the file
	 */
	static StateFile file(Disk disk, Path directory) {
		return new StateFile(disk, directory.resolve(FILE_NAME), MAGIC, MAJOR, MINOR);
	}

	ByteBuffer encode() {
		byte[] application = this.owner.application().getBytes(StandardCharsets.UTF_8);
		ByteBuffer body = ByteBuffer.allocate(34 + application.length);
		body.putLong(this.logId.getMostSignificantBits()).putLong(this.logId.getLeastSignificantBits());
		body.putLong(this.owner.destinationsHash()).putLong(this.createdAt);
		body.putShort((short) application.length).put(application);
		return body.flip();
	}

	/**
	 * Read a description.
	 * @param content what the file holds
	 * @return the description, {@code null} if it makes no sense
	 */
	static @Nullable SlotMeta decode(StateFile.Body content) {
		ByteBuffer body = content.bytes();
		try {
			UUID logId = new UUID(body.getLong(), body.getLong());
			long destinationsHash = body.getLong();
			long createdAt = body.getLong();
			byte[] application = new byte[Short.toUnsignedInt(body.getShort())];
			body.get(application);
			if (body.hasRemaining() && content.minor() <= MINOR) {
				return null;
			}
			SlotOwner owner = new SlotOwner(new String(application, StandardCharsets.UTF_8), destinationsHash);
			return new SlotMeta(logId, owner, createdAt);
		}
		catch (BufferUnderflowException | IllegalArgumentException ex) {
			return null;
		}
	}

}
