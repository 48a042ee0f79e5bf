package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns names that others choose into names of files: two names never share a file, not
 * even where the file system ignores case, and none leads out of its directory or is too
 * long for it. Thread-safe, as it holds nothing.
 */
final class FileNames {

	/** Encoded names up to this length stay as they are. */
	private static final int MAX_LENGTH = 96;

	private static final Pattern ESCAPE = Pattern.compile("%u([0-9a-f]{4})|%([0-9a-f]{2})");

	private static final int PREFIX_LENGTH = 60;

	private static final int HASH_LENGTH = 16;

	private FileNames() {
	}

	/**
	 * Encode a name. What is not a lower-case letter, a digit or a hyphen becomes
	 * <code>%</code> and two hexadecimal digits, or <code>%u</code> and four of them; a
	 * long name ends in <code>%-</code> and a hash. No plain encoding has that in it, and
	 * none is empty.
	 * @param name any name
	 * @return what is safe in the name of a file
	 */
	static String encode(String name) {
		if (name.isEmpty()) {
			return "%";
		}
		StringBuilder encoded = new StringBuilder();
		// Code units, not code points: half of a surrogate pair is a name as well.
		for (int i = 0; i < name.length() && encoded.length() <= MAX_LENGTH; i++) {
			append(encoded, name.charAt(i));
		}
		if (encoded.length() <= MAX_LENGTH) {
			return encoded.toString();
		}
		return encoded.substring(0, PREFIX_LENGTH) + "%-" + HexFormat.of().formatHex(digest(name), 0, HASH_LENGTH);
	}

	private static void append(StringBuilder encoded, char character) {
		if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '-') {
			encoded.append(character);
		}
		else if (character <= 0xFF) {
			encoded.append('%').append(HexFormat.of().toHexDigits((byte) character));
		}
		else {
			encoded.append("%u").append(HexFormat.of().toHexDigits(character));
		}
	}

	/**
	 * Decode a name, as far as that is possible.
	 * @param encoded what {@link #encode} has returned
	 * @return the name; of a long one the start and the hash
	 */
	static String decode(String encoded) {
		if (encoded.equals("%")) {
			return "";
		}
		Matcher matcher = ESCAPE.matcher(encoded);
		return matcher.replaceAll((escape) -> {
			String digits = (escape.group(1) != null) ? escape.group(1) : escape.group(2);
			return Matcher.quoteReplacement(String.valueOf((char) HexFormat.fromHexDigits(digits)));
		});
	}

	/**
	 * Hash names, in their order.
	 * @param names any names
	 * @return a number that is the same in every process
	 */
	static long hash(Iterable<String> names) {
		MessageDigest digest = sha256();
		for (String name : names) {
			// The length keeps "ab", "c" and "a", "bc" apart.
			digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length()).flip());
			digest.update(units(name));
		}
		return ByteBuffer.wrap(digest.digest()).getLong();
	}

	private static byte[] digest(String name) {
		MessageDigest digest = sha256();
		digest.update(units(name));
		return digest.digest();
	}

	private static ByteBuffer units(String name) {
		// An encoder would make all unpaired surrogates the same.
		ByteBuffer units = ByteBuffer.allocate(name.length() * Character.BYTES);
		units.asCharBuffer().put(name);
		return units;
	}

	/**
	 * Return what a name becomes when it is stored as UTF-8 and read back.
	 * @param name any name
	 * @return the name with unpaired surrogates replaced
	 */
	static String storable(String name) {
		return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
