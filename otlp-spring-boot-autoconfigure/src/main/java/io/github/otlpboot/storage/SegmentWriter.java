package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Appends records to one segment. What {@link #append} has returned for is in the file,
 * whole, and survives a killed process; it survives a power loss once {@link #sync()} has
 * returned as well.
 * <p>
 * Belongs to one thread, which must not be interrupted: an interrupt closes the file.
 * Others may read {@link #size()} only where that thread publishes it.
 */
final class SegmentWriter implements AutoCloseable {

	private final SegmentHeader header;

	private final SegmentIdentity identity;

	private final Path file;

	private final DiskFile diskFile;

	private long size;

	private boolean broken;

	/**
	 * Where the headers of one append are encoded, kept for the next: views of one
	 * buffer.
	 */
	private ByteBuffer[] headers = {};

	private SegmentWriter(SegmentHeader header, Path file, DiskFile diskFile, long size) {
		this.header = header;
		this.identity = header.identity();
		this.file = file;
		this.diskFile = diskFile;
		this.size = size;
	}

	/**
	 * Create a segment without records. A process that is killed on the way leaves
	 * <ol>
	 * <li>before the temporary file is opened: nothing;</li>
	 * <li>before it is written: an empty temporary file, which
	 * {@linkplain SegmentName#isTemporary can be deleted};</li>
	 * <li>before it is synced: a temporary file with any part of the header;</li>
	 * <li>before it is renamed: a temporary file;</li>
	 * <li>before the directory is synced: the segment, and after a power loss either the
	 * segment or a temporary file or nothing;</li>
	 * <li>then: the segment.</li>
	 * </ol>
	 * @param disk the disk
	 * @param directory where it is created
	 * @param header what it starts with, which tells its name as well
	 * @return what appends to it
	 * @throws FileAlreadyExistsException if there is such a segment and more than a
	 * header in it; it is left as it is
	 * @throws IOException if it cannot be created
	 */
	static SegmentWriter create(Disk disk, Path directory, SegmentHeader header) throws IOException {
		Path file = directory.resolve(SegmentName.of(header.firstSequence()));
		refuseToReplaceRecords(disk, file);
		Path temporary = directory.resolve(SegmentName.temporary(header.firstSequence()));
		DiskFile diskFile = disk.open(temporary, Disk.OpenMode.CREATE);
		boolean created = false;
		try {
			ByteBuffer encoded = ByteBuffer.allocate(SegmentHeader.LENGTH);
			header.encode(encoded);
			diskFile.write(new ByteBuffer[] { encoded.flip() }, 0);
			diskFile.sync();
			disk.move(temporary, file);
			disk.syncDirectory(directory);
			created = true;
		}
		finally {
			if (!created) {
				// The temporary file stays and is found at the next start.
				diskFile.close();
			}
		}
		return new SegmentWriter(header, file, diskFile, SegmentHeader.LENGTH);
	}

	private static void refuseToReplaceRecords(Disk disk, Path file) throws IOException {
		try (DiskFile existing = disk.open(file, Disk.OpenMode.READ)) {
			if (existing.size() > SegmentHeader.LENGTH) {
				throw new FileAlreadyExistsException(file.toString());
			}
		}
		catch (NoSuchFileException ex) {
			// As it should be.
		}
	}

	/**
	 * Go on with a segment that has been {@linkplain SegmentRecovery recovered}.
	 * @param disk the disk
	 * @param file the segment
	 * @param header what it starts with
	 * @param size its length in bytes, header included
	 * @return what appends to it
	 * @throws IOException if it cannot be opened, or has another length: then more is in
	 * it than the caller knows
	 */
	static SegmentWriter reopen(Disk disk, Path file, SegmentHeader header, long size) throws IOException {
		DiskFile diskFile = disk.open(file, Disk.OpenMode.WRITE);
		boolean opened = false;
		try {
			long actual = diskFile.size();
			if (actual != size || size < SegmentHeader.LENGTH) {
				throw new IOException("The segment " + file + " has " + actual + " bytes and not " + size);
			}
			opened = true;
		}
		finally {
			if (!opened) {
				diskFile.close();
			}
		}
		return new SegmentWriter(header, file, diskFile, size);
	}

	SegmentHeader header() {
		return this.header;
	}

	Path file() {
		return this.file;
	}

	/**
	 * Return how far the segment is whole.
	 * @return the length in bytes, header included
	 */
	long size() {
		return this.size;
	}

	/**
	 * Return whether nothing more may be appended, because the file may end in a part of
	 * a record, or because what was written may never reach the disk. Go on in another
	 * segment.
	 * @return whether the segment is broken
	 */
	boolean isBroken() {
		return this.broken;
	}

	/**
	 * Append records with one write, all or none.
	 * @param records the records in the order of their sequences
	 * @throws IOException if they could not be written; the segment is as it was before,
	 * or {@linkplain #isBroken() broken}
	 */
	void append(List<NewRecord> records) throws IOException {
		if (this.broken) {
			throw new IllegalStateException("The segment " + this.file + " is broken");
		}
		if (records.isEmpty()) {
			return;
		}
		long length = 0;
		for (NewRecord record : records) {
			length += record.frameLength();
		}
		boolean written = false;
		try {
			this.diskFile.write(encode(records), this.size);
			written = true;
		}
		finally {
			// Not only for an IOException: memory can run out as well.
			if (!written) {
				cutBack();
			}
		}
		this.size += length;
	}

	private ByteBuffer[] encode(List<NewRecord> records) {
		reserveHeaders(records.size());
		ByteBuffer[] sources = new ByteBuffer[2 * records.size()];
		int index = 0;
		for (NewRecord record : records) {
			ByteBuffer header = this.headers[index].clear();
			record.header(this.identity).encode(header, this.identity);
			sources[2 * index] = header.flip();
			sources[2 * index + 1] = ByteBuffer.wrap(record.payload().array(), record.payload().offset(),
					record.payload().length());
			index++;
		}
		return sources;
	}

	private void reserveHeaders(int count) {
		if (this.headers.length >= count) {
			return;
		}
		int capacity = Math.max(count, 2 * this.headers.length);
		ByteBuffer buffer = ByteBuffer.allocate(capacity * RecordHeader.LENGTH);
		this.headers = new ByteBuffer[capacity];
		for (int i = 0; i < capacity; i++) {
			this.headers[i] = buffer.slice(i * RecordHeader.LENGTH, RecordHeader.LENGTH);
		}
	}

	private void cutBack() {
		this.broken = true;
		try {
			this.diskFile.truncate(this.size);
			this.broken = false;
		}
		catch (IOException ex) {
			// Told by isBroken(), and the failure to write is what the caller hears of.
		}
	}

	/**
	 * Make what was appended survive a power loss.
	 * @throws IOException if it cannot be synced; the segment is {@linkplain #isBroken()
	 * broken} from then on, because trying again proves nothing
	 */
	void sync() throws IOException {
		boolean synced = false;
		try {
			this.diskFile.sync();
			synced = true;
		}
		finally {
			this.broken |= !synced;
		}
	}

	/**
	 * Take back records, after which nothing is appended any more.
	 * @param length how much is left, in bytes
	 * @throws IOException if the file could not be cut
	 */
	void cutBack(long length) throws IOException {
		this.broken = true;
		this.diskFile.truncate(length);
		this.size = length;
	}

	@Override
	public void close() throws IOException {
		this.diskFile.close();
	}

}
