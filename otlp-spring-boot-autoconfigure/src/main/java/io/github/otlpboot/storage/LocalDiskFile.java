package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * An open file of the machine.
 * <p>
 * Reading is thread-safe, because it does not touch the position of the channel, which
 * belongs to the thread that writes.
 */
final class LocalDiskFile implements DiskFile {

	/**
	 * The JDK copies what it gathers into memory outside the heap, and keeps that for the
	 * next time. This bounds how much.
	 */
	private static final int MAX_GATHERED = 64;

	private final FileChannel channel;

	LocalDiskFile(FileChannel channel) {
		this.channel = channel;
	}

	@Override
	public long size() throws IOException {
		return this.channel.size();
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		int total = 0;
		while (target.hasRemaining()) {
			int read = this.channel.read(target, position + total);
			if (read < 0) {
				break;
			}
			total += read;
		}
		return total;
	}

	@Override
	public void write(ByteBuffer[] sources, long position) throws IOException {
		this.channel.position(position);
		int index = 0;
		while (index < sources.length) {
			if (sources[index].hasRemaining()) {
				this.channel.write(sources, index, Math.min(MAX_GATHERED, sources.length - index));
			}
			else {
				index++;
			}
		}
	}

	@Override
	public void truncate(long size) throws IOException {
		this.channel.truncate(size);
	}

	@Override
	public void sync() throws IOException {
		this.channel.force(false);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
