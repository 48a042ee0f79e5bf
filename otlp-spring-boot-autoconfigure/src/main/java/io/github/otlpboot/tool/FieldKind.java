package io.github.otlpboot.tool;

import io.github.otlpboot.model.ProtobufReader;

/**
 * What is in a field of an OTLP message: how it stands on the wire, and with
 * {@link JsonOutput} how in JSON. Only the types that OTLP uses.
 */
enum FieldKind {

	STRING(ProtobufReader.LENGTH_DELIMITED),

	/**
	 * The id of a trace or span, which OTLP writes in hex where protobuf has base64.
	 */
	ID(ProtobufReader.LENGTH_DELIMITED),

	BYTES(ProtobufReader.LENGTH_DELIMITED),

	MESSAGE(ProtobufReader.LENGTH_DELIMITED),

	BOOL(ProtobufReader.VARINT),

	/**
	 * A number in OTLP, where protobuf has the name.
	 */
	ENUM(ProtobufReader.VARINT),

	INT32(ProtobufReader.VARINT),

	UINT32(ProtobufReader.VARINT),

	SINT32(ProtobufReader.VARINT),

	INT64(ProtobufReader.VARINT),

	UINT64(ProtobufReader.VARINT),

	FIXED32(ProtobufReader.FIXED32),

	FIXED64(ProtobufReader.FIXED64),

	SFIXED64(ProtobufReader.FIXED64),

	DOUBLE(ProtobufReader.FIXED64);

	private final int wireType;

	FieldKind(int wireType) {
		this.wireType = wireType;
	}

	/**
	 * Return the wire type of one value.
	 * @return one of the constants of {@link ProtobufReader}
	 */
	int wireType() {
		return this.wireType;
	}

	boolean isNumber() {
		return this.wireType != ProtobufReader.LENGTH_DELIMITED;
	}

	/**
	 * Return whether a number is what a field that is not there stands for.
	 * @param value the number as {@link ProtobufReader#value()} has it
	 * @return {@code true} if it is zero once it is cut to the bits of this kind
	 */
	boolean isZero(long value) {
		return switch (this) {
			case ENUM, INT32, UINT32, SINT32, FIXED32 -> (int) value == 0;
			// Negative zero has its sign bit set
			default -> value == 0;
		};
	}

}
