package io.github.otlpboot.tool;

import java.io.IOException;
import java.util.HexFormat;

/**
 * Writes JSON without white space, piece by piece. The caller sees to it that the pieces
 * fit together; commas come by themselves.
 * <p>
 * Not thread-safe.
 */
final class JsonOutput {

	private static final HexFormat HEX = HexFormat.of();

	private final Appendable target;

	private boolean comma;

	JsonOutput(Appendable target) {
		this.target = target;
	}

	void begin(char bracket) throws IOException {
		separate();
		this.target.append(bracket);
		this.comma = false;
	}

	void end(char bracket) throws IOException {
		this.target.append(bracket);
		this.comma = true;
	}

	/**
	 * Write a key.
	 * @param name the key, which needs no escapes
	 */
	void key(String name) throws IOException {
		separate();
		this.target.append('"').append(name).append("\":");
		this.comma = false;
	}

	void text(String value) throws IOException {
		separate();
		this.target.append('"');
		int written = 0;
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (isEscaped(character)) {
				this.target.append(value, written, i);
				escape(character);
				written = i + 1;
			}
		}
		this.target.append(value, written, value.length()).append('"');
		this.comma = true;
	}

	/**
	 * Write bytes in hex, without a copy of them.
	 * @param array the array that holds them
	 * @param from where they start
	 * @param to where they end
	 */
	void hex(byte[] array, int from, int to) throws IOException {
		separate();
		this.target.append('"');
		// Not formatHex(), which makes an unchecked exception of a failure of the target
		for (int i = from; i < to; i++) {
			this.target.append(HEX.toHighHexDigit(array[i])).append(HEX.toLowHexDigit(array[i]));
		}
		this.target.append('"');
		this.comma = true;
	}

	/**
	 * Write a number or a boolean.
	 * @param value what stands in JSON as it is
	 */
	void literal(String value) throws IOException {
		separate();
		this.target.append(value);
		this.comma = true;
	}

	private void separate() throws IOException {
		if (this.comma) {
			this.target.append(',');
		}
	}

	// The last three end a line for readers that split lines as Unicode does
	private static boolean isEscaped(char character) {
		return character < ' ' || character == '"' || character == '\\' || character == '\u0085'
				|| character == '\u2028' || character == '\u2029';
	}

	private void escape(char character) throws IOException {
		switch (character) {
			case '"', '\\' -> this.target.append('\\').append(character);
			case '\n' -> this.target.append("\\n");
			case '\r' -> this.target.append("\\r");
			case '\t' -> this.target.append("\\t");
			default -> this.target.append("\\u").append(HEX.toHexDigits(character));
		}
	}

}
