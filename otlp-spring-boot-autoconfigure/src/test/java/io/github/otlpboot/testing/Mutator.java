package io.github.otlpboot.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes hostile inputs of a seed: noise, and valid inputs of which bits are flipped,
 * parts are cut off, cut out, repeated, moved and overwritten, and numbers are huge. Not
 * thread-safe.
 */
public final class Mutator {

	private static final long[] HUGE = { 0, 1, -1, 0x7F, 0x80, 0xFF, 0xFFFF, Short.MAX_VALUE, Integer.MAX_VALUE,
			Integer.MAX_VALUE - 1, Integer.MIN_VALUE, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62,
			64 * 1024 * 1024, 64 * 1024 * 1024 + 1, 64 * 1024 };

	private static final String[] TEXTS = { "\r", "\n", "\r\n", "\0", "\t", " ", "%", "%0D", "%0a", "%00", "%zz", "%C3",
			",", ";", "=", "@", "?", "#", ":", "/", "//", "\\", "[", "]", "://", "..", "\u00e9", "\u20ac", "\uD800",
			"\uDC00", "\uFEFF", "\u2028", "\u0085", "\u007f", "0", "9", "-", "+", "99999999999999999999", "x" };

	private final long seed;

	private final Random random;

	Mutator(long seed) {
		this.seed = seed;
		// Seeds that follow each other would begin much alike.
		this.random = new Random(seed * 0x9E3779B97F4A7C15L);
	}

	/**
	 * Return the seed, which numbers the inputs too.
	 * @return the seed
	 */
	public long seed() {
		return this.seed;
	}

	public Random random() {
		return this.random;
	}

	/**
	 * Return whether something happens.
	 * @param times once in how many times it does
	 * @return {@code true} if it does
	 */
	public boolean oneIn(int times) {
		return this.random.nextInt(times) == 0;
	}

	public <T> T pick(List<T> choices) {
		return choices.get(this.random.nextInt(choices.size()));
	}

	/**
	 * Return a number that is either huge, at some limit, or small.
	 * @return the number
	 */
	public long number() {
		return oneIn(3) ? this.random.nextInt(1000) : HUGE[this.random.nextInt(HUGE.length)];
	}

	public byte[] noise(int maxLength) {
		byte[] noise = new byte[this.random.nextInt(maxLength + 1)];
		this.random.nextBytes(noise);
		return noise;
	}

	/**
	 * Damage an input in one to six places, or leave nothing of it.
	 * @param valid the input, which stays as it is
	 * @return another one, now and then the same
	 */
	public byte[] mutate(byte[] valid) {
		if (oneIn(20)) {
			return noise(2 * valid.length + 16);
		}
		byte[] bytes = valid.clone();
		for (int i = this.random.nextInt(6); i >= 0; i--) {
			bytes = step(bytes, valid);
		}
		return bytes;
	}

	private byte[] step(byte[] bytes, byte[] valid) {
		if (bytes.length == 0) {
			return noise(valid.length);
		}
		int at = this.random.nextInt(bytes.length);
		int length = this.random.nextInt(Math.min(200, bytes.length - at) + 1);
		switch (this.random.nextInt(9)) {
			case 0 -> {
				bytes[at] ^= (byte) (1 << this.random.nextInt(Byte.SIZE));
			}
			case 1 -> {
				bytes[at] = (byte) number();
			}
			case 2 -> {
				return Arrays.copyOf(bytes, at);
			}
			case 3 -> {
				return replace(bytes, at, length, new byte[0]);
			}
			case 4 -> {
				return replace(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
			}
			case 5 -> {
				return replace(bytes, at, 0, noise(20));
			}
			case 6 -> Arrays.fill(bytes, at, at + length, (byte) (oneIn(2) ? 0 : this.random.nextInt()));
			case 7 -> {
				return oneIn(2) ? putInteger(bytes, at) : replace(bytes, at, Math.min(1, length), varint(number()));
			}
			default -> {
				// A part of the valid input where it does not belong
				int from = this.random.nextInt(valid.length + 1);
				int count = Math.min(length, valid.length - from);
				System.arraycopy(valid, from, bytes, at, Math.min(count, bytes.length - at));
			}
		}
		return bytes;
	}

	private byte[] putInteger(byte[] bytes, int at) {
		int size = oneIn(2) ? Integer.BYTES : Long.BYTES;
		if (bytes.length - at >= size) {
			long value = number();
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			if (size == Integer.BYTES) {
				buffer.putInt(at, (int) value);
			}
			else {
				buffer.putLong(at, value);
			}
		}
		return bytes;
	}

	private static byte[] varint(long value) {
		byte[] bytes = new byte[10];
		int length = 0;
		long rest = value;
		while ((rest & ~0x7FL) != 0) {
			bytes[length++] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		bytes[length++] = (byte) rest;
		return Arrays.copyOf(bytes, length);
	}

	private static byte[] replace(byte[] bytes, int at, int length, byte[] with) {
		byte[] result = new byte[bytes.length - length + with.length];
		System.arraycopy(bytes, 0, result, 0, at);
		System.arraycopy(with, 0, result, at, with.length);
		System.arraycopy(bytes, at + length, result, at + with.length, bytes.length - at - length);
		return result;
	}

	/**
	 * Damage a text in one to six places.
	 * @param valid the text
	 * @return another one, now and then the same
	 */
	public String mutate(String valid) {
		StringBuilder text = new StringBuilder(valid);
		for (int i = this.random.nextInt(6); i >= 0; i--) {
			int at = this.random.nextInt(text.length() + 1);
			int length = this.random.nextInt(Math.min(20, text.length() - at) + 1);
			switch (this.random.nextInt(6)) {
				case 0 -> text.delete(at, at + length);
				case 1 -> text.insert(at, text.substring(at, at + length));
				case 2 -> text.setLength(at);
				case 3 -> text.insert(at, (char) this.random.nextInt(0x180));
				default -> text.insert(at, TEXTS[this.random.nextInt(TEXTS.length)].repeat(oneIn(20) ? 500 : 1));
			}
		}
		return text.toString();
	}

}
