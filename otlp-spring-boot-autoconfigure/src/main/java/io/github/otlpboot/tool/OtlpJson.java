package io.github.otlpboot.tool;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

import io.github.otlpboot.model.Malformed;
import io.github.otlpboot.model.ProtobufReader;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Writes a serialized {@code Export<Signal>ServiceRequest} as OTLP JSON, in one line and
 * with the fields of {@code TracesData}, {@code MetricsData}, or {@code LogsData}, which
 * are the same.
 * <p>
 * As OTLP has it, ids are hex, enums are numbers, and the rest is protobuf's mapping:
 * 64-bit integers are strings, bytes are base64, and the doubles that JSON has no number
 * for are {@code "NaN"}, {@code "Infinity"}, and {@code "-Infinity"}. Unknown fields and
 * zeros that mean the same as nothing are left out. What is not UTF-8 becomes U+FFFD.
 * <p>
 * The request goes to the output as it is read. JSON wants together what protobuf may
 * have scattered, so each message is looked over once for each field that it has, instead
 * of being kept as a tree; nested messages are skipped in one step then.
 * <p>
 * Not thread-safe, but used by one call only.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP
 * JSON encoding</a>
 */
public final class OtlpJson {

	/**
	 * How deep messages may be nested below the request, which is also the limit of
	 * protobuf parsers.
	 */
	static final int MAX_DEPTH = 100;

	private final byte[] array;

	private final int base;

	private final ProtobufReader reader;

	private final JsonOutput output;

	private @Nullable Malformed tooDeep;

	private OtlpJson(byte[] array, int offset, int length, Appendable output) {
		this.array = array;
		this.base = offset;
		this.reader = new ProtobufReader(array, offset, length);
		this.output = new JsonOutput(output);
	}

	/**
	 * Write a request, without a line break at its end. It is read to its end before
	 * anything is written.
	 * @param signal the kind of request
	 * @param array the array that holds the request
	 * @param offset where the request starts
	 * @param length the length of the request in bytes
	 * @param output gets the whole line, or nothing if the request is malformed
	 * @return what is wrong with the request, {@code null} if it has been written
	 * @throws IOException if the output fails
	 * @throws IndexOutOfBoundsException if the range is not within the array
	 */
	public static @Nullable Malformed write(Signal signal, byte[] array, int offset, int length, Appendable output)
			throws IOException {
		Malformed malformed = new OtlpJson(array, offset, length, Writer.nullWriter()).write(signal, offset, length);
		return (malformed != null) ? malformed
				: new OtlpJson(array, offset, length, output).write(signal, offset, length);
	}

	private @Nullable Malformed write(Signal signal, int offset, int length) throws IOException {
		message(MessageType.of(signal), Ranges.of(offset, length), 0);
		return (this.tooDeep != null) ? this.tooDeep : this.reader.malformed();
	}

	private void message(MessageType type, Ranges ranges, int depth) throws IOException {
		if (depth > MAX_DEPTH) {
			this.tooDeep = new Malformed(ranges.start(0) - this.base, Malformed.Reason.DEPTH);
			return;
		}
		this.output.begin('{');
		int present = present(type, ranges);
		for (MessageField field : type.fields()) {
			if ((present & 1 << field.number()) == 0) {
				continue;
			}
			if (field.isRepeated()) {
				repeated(type, field, ranges, depth);
			}
			else {
				single(type, field, ranges, depth);
			}
		}
		this.output.end('}');
	}

	private int present(MessageType type, Ranges ranges) {
		MessageScan scan = new MessageScan(this.reader, type, ranges);
		int present = 0;
		for (MessageField found = scan.next(); found != null; found = scan.next()) {
			present |= 1 << found.number();
		}
		return present;
	}

	private void repeated(MessageType type, MessageField field, Ranges ranges, int depth) throws IOException {
		this.output.key(field.name());
		this.output.begin('[');
		MessageScan scan = new MessageScan(this.reader, type, ranges);
		for (MessageField found = scan.next(); found != null; found = scan.next()) {
			if (found.number() == field.number()) {
				elements(field, depth);
			}
		}
		this.output.end(']');
	}

	private void elements(MessageField field, int depth) throws IOException {
		if (field.isPacked(this.reader.wireType())) {
			int outer = this.reader.enter();
			while (this.reader.nextPacked(field.kind().wireType())) {
				number(field.kind(), this.reader.value());
			}
			this.reader.leave(outer);
		}
		else if (field.kind().isNumber()) {
			number(field.kind(), this.reader.value());
		}
		else {
			content(field, Ranges.of(this.reader.valueOffset(), this.reader.valueLength()), depth);
		}
	}

	// Of several values the last one counts, several messages are one, and of the members
	// of a oneof the last one takes the others away
	private void single(MessageType type, MessageField field, Ranges ranges, int depth) throws IOException {
		FieldKind kind = field.kind();
		Ranges content = new Ranges();
		boolean set = false;
		long value = 0;
		MessageScan scan = new MessageScan(this.reader, type, ranges);
		for (MessageField found = scan.next(); found != null; found = scan.next()) {
			boolean same = found.number() == field.number();
			if (field.excludes(found) || (same && kind != FieldKind.MESSAGE)) {
				content.clear();
				set = false;
			}
			if (same) {
				set = true;
				if (kind.isNumber()) {
					value = this.reader.value();
				}
				else {
					content.add(this.reader.valueOffset(), this.reader.valueLength());
				}
			}
		}
		if (!set || (field.label() == MessageField.Label.IMPLICIT && isDefault(kind, value, content))) {
			return;
		}
		this.output.key(field.name());
		if (kind.isNumber()) {
			number(kind, value);
		}
		else {
			content(field, content, depth);
		}
	}

	private static boolean isDefault(FieldKind kind, long value, Ranges content) {
		return kind.isNumber() ? kind.isZero(value) : content.start(0) == content.end(0);
	}

	private void content(MessageField field, Ranges ranges, int depth) throws IOException {
		int start = ranges.start(0);
		int end = ranges.end(0);
		Supplier<MessageType> type = field.type();
		if (type != null) {
			message(type.get(), ranges, depth + 1);
		}
		else if (field.kind() == FieldKind.ID) {
			this.output.hex(this.array, start, end);
		}
		else if (field.kind() == FieldKind.BYTES) {
			this.output.text(Base64.getEncoder().encodeToString(Arrays.copyOfRange(this.array, start, end)));
		}
		else {
			this.output.text(new String(this.array, start, end - start, StandardCharsets.UTF_8));
		}
	}

	private void number(FieldKind kind, long value) throws IOException {
		switch (kind) {
			case BOOL -> this.output.literal(Boolean.toString(value != 0));
			case ENUM, INT32 -> this.output.literal(Integer.toString((int) value));
			case UINT32, FIXED32 -> this.output.literal(Integer.toUnsignedString((int) value));
			case SINT32 -> this.output.literal(Integer.toString(((int) value >>> 1) ^ -((int) value & 1)));
			case INT64, SFIXED64 -> this.output.text(Long.toString(value));
			case UINT64, FIXED64 -> this.output.text(Long.toUnsignedString(value));
			case DOUBLE -> decimal(Double.longBitsToDouble(value));
			default -> throw new IllegalStateException(kind + " is not a number");
		}
	}

	private void decimal(double value) throws IOException {
		String text = Double.toString(value);
		if (Double.isFinite(value)) {
			this.output.literal(text);
		}
		else {
			this.output.text(text);
		}
	}

}
