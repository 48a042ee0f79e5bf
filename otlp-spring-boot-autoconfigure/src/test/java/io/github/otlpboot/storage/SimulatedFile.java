package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/**
 * A file of a {@link SimulatedDisk}: its bytes, and those that are sure to survive a
 * power loss. Of the sectors between the two each survives, or not, or holds garbage
 * where the two differ.
 */
final class SimulatedFile implements SimulatedNode {

	private static final int SECTOR = 512;

	/**
	 * Both arrays are equally long, and zero beyond their sizes.
	 */
	private byte[] bytes = {};

	private byte[] syncedBytes = {};

	private int size;

	private int syncedSize;

	private final BitSet unsynced = new BitSet();

	int size() {
		return this.size;
	}

	byte[] contents() {
		return Arrays.copyOf(this.bytes, this.size);
	}

	void flip(int offset, int bit) {
		this.bytes[offset] ^= (byte) (1 << bit);
		this.syncedBytes[offset] = this.bytes[offset];
	}

	int read(ByteBuffer target, long position) {
		int length = (int) Math.max(0, Math.min(target.remaining(), this.size - position));
		if (length > 0) {
			target.put(this.bytes, (int) position, length);
		}
		return length;
	}

	void write(ByteBuffer source, long position, int length) {
		if (length == 0) {
			return;
		}
		int start = Math.toIntExact(position);
		int end = Math.addExact(start, length);
		if (end > this.bytes.length) {
			int capacity = Math.max(end, 2 * this.bytes.length);
			this.bytes = Arrays.copyOf(this.bytes, capacity);
			this.syncedBytes = Arrays.copyOf(this.syncedBytes, capacity);
		}
		source.get(this.bytes, start, length);
		markUnsynced(Math.min(start, this.size), end);
		this.size = Math.max(this.size, end);
	}

	void truncate(int newSize) {
		if (newSize < this.size) {
			Arrays.fill(this.bytes, newSize, this.size, (byte) 0);
			markUnsynced(newSize, this.size);
			this.size = newSize;
		}
	}

	private void markUnsynced(int from, int to) {
		this.unsynced.set(from / SECTOR, (to + SECTOR - 1) / SECTOR);
	}

	void sync() {
		this.unsynced.stream().forEach((sector) -> {
			int from = sector * SECTOR;
			System.arraycopy(this.bytes, from, this.syncedBytes, from, Math.min(SECTOR, this.bytes.length - from));
		});
		this.syncedSize = this.size;
		this.unsynced.clear();
	}

	@Override
	public long totalSize() {
		return this.size;
	}

	@Override
	public long count() {
		return 1;
	}

	@Override
	public void powerLoss(Random random) {
		int left = switch (random.nextInt(3)) {
			case 0 -> this.syncedSize;
			case 1 -> this.size;
			default -> Math.min(this.size, this.syncedSize) + random.nextInt(Math.abs(this.size - this.syncedSize) + 1);
		};
		this.unsynced.stream().forEach((sector) -> {
			int from = sector * SECTOR;
			int to = Math.min(from + SECTOR, this.bytes.length);
			switch (random.nextInt(3)) {
				case 0 -> System.arraycopy(this.syncedBytes, from, this.bytes, from, to - from);
				case 1 -> garble(from, to, random);
				default -> {
					// Kept.
				}
			}
		});
		Arrays.fill(this.bytes, left, this.bytes.length, (byte) 0);
		this.size = left;
		this.syncedBytes = this.bytes.clone();
		this.syncedSize = left;
		this.unsynced.clear();
	}

	/**
	 * A sector that is written again does not lose the bytes that stay the same.
	 */
	private void garble(int from, int to, Random random) {
		for (int i = from; i < to; i++) {
			if (i >= this.syncedSize || this.bytes[i] != this.syncedBytes[i]) {
				this.bytes[i] = (byte) random.nextInt();
			}
		}
	}

}
