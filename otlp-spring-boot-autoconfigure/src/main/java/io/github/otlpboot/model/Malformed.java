package io.github.otlpboot.model;

/**
 * Bytes that are not a protobuf message.
 *
 * @param offset where that was noticed, counted from the start of the message
 * @param reason what is wrong there
 */
public record Malformed(int offset, Reason reason) implements WalkResult, SplitResult {

	/**
	 * What can be wrong with a message.
	 */
	public enum Reason {

		/**
		 * A field is longer than what is left of the message around it.
		 */
		TRUNCATED,

		/**
		 * A varint has more than 64 bits.
		 */
		VARINT,

		/**
		 * A field number is zero or has more than 29 bits.
		 */
		FIELD_NUMBER,

		/**
		 * A wire type does not exist.
		 */
		WIRE_TYPE,

		/**
		 * A group ends that did not start, or groups are nested too deeply.
		 */
		GROUP,

		/**
		 * Messages are nested too deeply.
		 */
		DEPTH

	}

}
