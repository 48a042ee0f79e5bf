package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole: after a crash or a power loss it holds the
 * old content or the new one, never neither. Not thread-safe.
 * <p>
 * All integers are big-endian. This envelope is the same in every version, so that a
 * damaged file is told apart from one that is only too new:
 *
 * <pre>
 * magic          4 bytes
 * major          2 bytes, another one is not read
 * minor          2 bytes, a higher one adds fields at the end of the body
 * body length    4 bytes
 * body
 * CRC-32C        4 bytes, of all of the above
 * </pre>
 */
final class StateFile {

	/** No file is longer, so that a damaged one cannot ask for memory. */
	static final int MAX_LENGTH = 64 * 1024;

	private static final int HEADER_LENGTH = 12;

	private static final int CHECKSUM_LENGTH = 4;

	private final Disk disk;

	private final Path file;

	private final Path temporary;

	private final int magic;

	private final int major;

	private final int minor;

	/** Whether the temporary file is created before it is needed. */
	private boolean reserved;

	StateFile(Disk disk, Path file, int magic, int major, int minor) {
		this.disk = disk;
		this.file = file;
		this.temporary = file.resolveSibling(file.getFileName() + ".tmp");
		this.magic = magic;
		this.major = major;
		this.minor = minor;
	}

	/**
	 * Read the file.
	 * @return what is in it
	 * @throws IOException if it is there and cannot be read
	 */
	Content read() throws IOException {
		try (DiskFile opened = this.disk.open(this.file, Disk.OpenMode.READ)) {
			long length = opened.size();
			if (length < HEADER_LENGTH + CHECKSUM_LENGTH || length > MAX_LENGTH) {
				return new Damaged("it has an impossible length of " + length + " bytes");
			}
			ByteBuffer bytes = ByteBuffer.allocate((int) length);
			opened.read(bytes, 0);
			return decode(bytes.flip(), (int) length);
		}
		catch (NoSuchFileException ex) {
			return new Missing();
		}
	}

	private Content decode(ByteBuffer bytes, int length) {
		if (bytes.remaining() < length) {
			return new Damaged("it ends early");
		}
		int end = length - CHECKSUM_LENGTH;
		if (bytes.getInt(end) != checksum(bytes.slice(0, end))) {
			return new Damaged("its checksum does not match");
		}
		if (bytes.getInt() != this.magic) {
			return new Damaged("it is of another kind");
		}
		int fileMajor = Short.toUnsignedInt(bytes.getShort());
		int fileMinor = Short.toUnsignedInt(bytes.getShort());
		if (fileMajor > this.major) {
			return new Newer(fileMajor);
		}
		if (fileMajor < this.major || bytes.getInt() != end - HEADER_LENGTH) {
			return new Damaged("its header makes no sense");
		}
		return new Body(fileMinor, bytes.slice(HEADER_LENGTH, end - HEADER_LENGTH));
	}

	/**
	 * Replace the content. A crash may come
	 * <ol>
	 * <li>before the temporary file is there: the old content stands;</li>
	 * <li>while it is being written: the old content stands, the next call overwrites the
	 * temporary file, and nobody ever reads it;</li>
	 * <li>when it is written, not synced: as 2;</li>
	 * <li>when it is synced, not renamed: as 2;</li>
	 * <li>when it is renamed, the temporary file of the next time not
	 * {@linkplain #reserve reserved}: as 6, and the next call creates it;</li>
	 * <li>when the directory is not synced: the new content stands, or after a power loss
	 * the old one;</li>
	 * <li>when the directory is synced: the new content stands.</li>
	 * </ol>
	 * After an exception either content may stand; the caller may try again, for that
	 * begins with a new temporary file.
	 * @param body the new content
	 * @throws IOException if it is not certain that the new content survives
	 */
	void replace(ByteBuffer body) throws IOException {
		ByteBuffer bytes = encode(body);
		// Crash point 1
		DiskFile opened = this.disk.open(this.temporary, Disk.OpenMode.CREATE);
		try {
			try (opened) {
				// Crash point 2
				opened.write(new ByteBuffer[] { bytes }, 0);
				// Crash point 3: without this sync, the new name could lead to no
				// content.
				opened.sync();
			}
			// Crash point 4
			this.disk.move(this.temporary, this.file);
		}
		catch (IOException ex) {
			discard(ex);
			throw ex;
		}
		// Crash point 5: at once, while there is room for what has just been replaced.
		createTemporary();
		// Crash point 6
		this.disk.syncDirectory(directory());
		// Crash point 7
	}

	/**
	 * Have the temporary file there from now on, so that replacing the content needs no
	 * new file: a volume may have no room for another one, and what would make room may
	 * depend on this file. The directory must be there. Where that is not possible, the
	 * temporary file is created when it is needed.
	 */
	void reserve() {
		this.reserved = true;
		createTemporary();
	}

	private void createTemporary() {
		if (!this.reserved) {
			return;
		}
		try {
			this.disk.open(this.temporary, Disk.OpenMode.CREATE).close();
		}
		catch (IOException ex) {
			// It is created when it is needed, or that fails and says so.
		}
	}

	private ByteBuffer encode(ByteBuffer body) throws IOException {
		int length = HEADER_LENGTH + body.remaining() + CHECKSUM_LENGTH;
		if (length > MAX_LENGTH) {
			throw new IOException(this.file + " would be " + length + " bytes long, " + MAX_LENGTH + " are the limit");
		}
		ByteBuffer bytes = ByteBuffer.allocate(length);
		bytes.putInt(this.magic).putShort((short) this.major).putShort((short) this.minor).putInt(body.remaining());
		bytes.put(body);
		bytes.putInt(checksum(bytes.slice(0, bytes.position())));
		return bytes.flip();
	}

	private void discard(IOException failure) {
		// A file whose sync has failed is not used again: what the next sync says of it
		// means nothing.
		try {
			this.disk.delete(this.temporary);
			createTemporary();
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
		}
	}

	private Path directory() {
		Path parent = this.file.getParent();
		return (parent != null) ? parent : Path.of("");
	}

	private static int checksum(ByteBuffer bytes) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes);
		return (int) checksum.getValue();
	}

	/**
	 * What a file holds.
	 */
	sealed interface Content {

	}

	/**
	 * Something that this version, or a later minor one, has written.
	 *
	 * @param minor the version within the major one
	 * @param bytes the body
	 */
	record Body(int minor, ByteBuffer bytes) implements Content {

	}

	/**
	 * There is no such file.
	 */
	record Missing() implements Content {

	}

	/**
	 * Not what was written.
	 *
	 * @param reason what is wrong with it, as the end of a sentence
	 */
	record Damaged(String reason) implements Content {

	}

	/**
	 * A later version wrote it, and it has to stay as it is.
	 *
	 * @param major the version
	 */
	record Newer(int major) implements Content {

	}

}
