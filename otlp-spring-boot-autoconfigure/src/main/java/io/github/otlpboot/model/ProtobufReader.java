package io.github.otlpboot.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A forward cursor over the fields of a protobuf message in a range of an array. Nothing
 * is copied, nothing outside the range is read, and no length that the input claims is
 * believed before it has been compared with what is left. <pre>
 * while (reader.next()) {
 *     if (reader.isField(1, ProtobufReader.LENGTH_DELIMITED)) {
 *         int outer = reader.enter();
 *         // fields of the nested message, with next()
 *         reader.leave(outer);
 *     }
 * }
 * if (reader.isMalformed()) ...
 * </pre>
 * <p>
 * Malformed input is an expected outcome: {@link #next()} answers {@code false} from then
 * on, at every level of nesting, and {@link #malformed()} says why. As strict as the
 * strictest receivers: a varint has at most 64 bits, a field number at most 29, groups
 * are balanced and nested at most {@value #MAX_GROUP_DEPTH} deep. What is inside a
 * length-delimited field is looked at only when it is entered.
 * <p>
 * Not thread-safe.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf encoding</a>
 */
public final class ProtobufReader {

	/**
	 * Wire type of integers, booleans, and enums.
	 */
	public static final int VARINT = 0;

	/**
	 * Wire type of 8-byte numbers.
	 */
	public static final int FIXED64 = 1;

	/**
	 * Wire type of messages, strings, bytes, and packed numbers.
	 */
	public static final int LENGTH_DELIMITED = 2;

	/**
	 * Wire type of a group, which is skipped whole.
	 */
	public static final int GROUP = 3;

	/**
	 * Wire type of 4-byte numbers.
	 */
	public static final int FIXED32 = 5;

	private static final int END_GROUP = 4;

	private static final int MAX_GROUP_DEPTH = 100;

	private static final int MAX_FIELD_NUMBER = (1 << 29) - 1;

	private final byte[] array;

	private final int base;

	private int position;

	private int limit;

	private int fieldOffset;

	private int fieldNumber;

	private int wireType;

	private int valueOffset;

	private long value;

	private @Nullable Malformed malformed;

	/**
	 * Create a reader of a message.
	 * @param array the array that holds the message
	 * @param offset where the message starts
	 * @param length the length of the message in bytes
	 * @throws IndexOutOfBoundsException if the range is not within the array
	 */
	public ProtobufReader(byte[] array, int offset, int length) {
		Objects.checkFromIndexSize(offset, length, array.length);
		this.array = array;
		this.base = offset;
		this.position = offset;
		this.limit = offset + length;
	}

	/**
	 * Go to the next field of the current message. The field is complete and within the
	 * message when this answers {@code true}.
	 * @return {@code false} at the end of the current message, or if the input is
	 * malformed
	 */
	public boolean next() {
		if (this.malformed != null || this.position == this.limit) {
			return false;
		}
		this.fieldOffset = this.position;
		return readTag() && readValue();
	}

	/**
	 * Return the number of the current field.
	 * @return the number, from 1 to 2<sup>29</sup> - 1
	 */
	public int fieldNumber() {
		return this.fieldNumber;
	}

	/**
	 * Return the wire type of the current field.
	 * @return {@link #VARINT}, {@link #FIXED64}, {@link #LENGTH_DELIMITED},
	 * {@link #GROUP}, or {@link #FIXED32}
	 */
	public int wireType() {
		return this.wireType;
	}

	/**
	 * Return whether the current field has this number and wire type. A known number with
	 * another wire type is an unknown field to every protobuf parser.
	 * @param number the number
	 * @param type the wire type
	 * @return {@code true} if both are equal
	 */
	public boolean isField(int number, int type) {
		return this.fieldNumber == number && this.wireType == type;
	}

	/**
	 * Return the value of the current field, if it is a number.
	 * @return the value of a varint or fixed field; the sign of a fixed 32-bit value is
	 * not extended
	 */
	public long value() {
		return this.value;
	}

	/**
	 * Return where the current field starts, tag included.
	 * @return the index in the array
	 */
	public int fieldOffset() {
		return this.fieldOffset;
	}

	/**
	 * Return where the content of the current length-delimited field starts.
	 * @return the index in the array
	 */
	public int valueOffset() {
		return this.valueOffset;
	}

	/**
	 * Return the length of the content of the current length-delimited field.
	 * @return the length in bytes, within the message
	 */
	public int valueLength() {
		return this.position - this.valueOffset;
	}

	/**
	 * Return where the next field starts, or the current message ends.
	 * @return the index in the array
	 */
	public int position() {
		return this.position;
	}

	/**
	 * Return the content of the current length-delimited field as text.
	 * @return the text, with U+FFFD where it is not UTF-8
	 */
	public String string() {
		return new String(this.array, this.valueOffset, valueLength(), StandardCharsets.UTF_8);
	}

	/**
	 * Go into the message that is the content of the current length-delimited field.
	 * @return what {@link #leave(int)} needs to come back
	 * @throws IllegalStateException if the current field is of another wire type
	 */
	public int enter() {
		if (this.wireType != LENGTH_DELIMITED) {
			throw new IllegalStateException("Only a length-delimited field can be entered");
		}
		int outer = this.limit;
		this.limit = this.position;
		this.position = this.valueOffset;
		return outer;
	}

	/**
	 * Leave a nested message, read to its end or not, so that {@link #next()} goes on
	 * behind it.
	 * @param outer what {@link #enter()} returned
	 */
	public void leave(int outer) {
		this.position = this.limit;
		this.limit = outer;
	}

	/**
	 * Return whether the input has turned out to be malformed.
	 * @return {@code true} if {@link #next()} came upon bytes that no protobuf parser
	 * should accept
	 */
	public boolean isMalformed() {
		return this.malformed != null;
	}

	/**
	 * Return what is wrong with the input.
	 * @return the place and the reason, or {@code null} if nothing wrong has been read
	 */
	public @Nullable Malformed malformed() {
		return this.malformed;
	}

	/**
	 * Go to the next number of a packed field. The field must have been entered.
	 * @param type the wire type of the numbers, any but {@link #LENGTH_DELIMITED} and
	 * {@link #GROUP}
	 * @return {@code false} at the end of the field, or if the input is malformed
	 */
	public boolean nextPacked(int type) {
		if (this.malformed != null || this.position == this.limit) {
			return false;
		}
		return switch (type) {
			case VARINT -> readVarint();
			case FIXED64 -> readFixed(Long.BYTES);
			case FIXED32 -> readFixed(Integer.BYTES);
			default -> throw new IllegalArgumentException("Only numbers are packed");
		};
	}

	/**
	 * Start again, at another message of the same array. What has turned out to be
	 * malformed before stays so.
	 * @param offset where the message starts
	 * @param length its length, within the array
	 */
	public void reset(int offset, int length) {
		this.position = offset;
		this.limit = offset + length;
	}

	private boolean readTag() {
		if (!readVarint()) {
			return false;
		}
		long number = this.value >>> 3;
		if (number == 0 || number > MAX_FIELD_NUMBER) {
			return malformed(Malformed.Reason.FIELD_NUMBER);
		}
		this.fieldNumber = (int) number;
		this.wireType = (int) this.value & 0x7;
		return true;
	}

	private boolean readValue() {
		return switch (this.wireType) {
			case LENGTH_DELIMITED -> readLengthDelimited();
			case VARINT -> readVarint();
			case FIXED64 -> readFixed(Long.BYTES);
			case FIXED32 -> readFixed(Integer.BYTES);
			case GROUP -> skipGroup(1);
			case END_GROUP -> malformed(Malformed.Reason.GROUP);
			default -> malformed(Malformed.Reason.WIRE_TYPE);
		};
	}

	private boolean readVarint() {
		if (this.position < this.limit) {
			byte first = this.array[this.position];
			if (first >= 0) {
				this.value = first;
				this.position++;
				return true;
			}
		}
		return readLongVarint();
	}

	private boolean readLongVarint() {
		long result = 0;
		int shift = 0;
		while (this.position < this.limit) {
			byte next = this.array[this.position++];
			// The tenth byte holds the 64th bit and nothing else
			if (shift == 63 && (next & 0xFF) > 1) {
				return malformed(Malformed.Reason.VARINT);
			}
			result |= (next & 0x7FL) << shift;
			if (next >= 0) {
				this.value = result;
				return true;
			}
			shift += 7;
		}
		return malformed(Malformed.Reason.TRUNCATED);
	}

	private boolean readFixed(int bytes) {
		if (bytes > this.limit - this.position) {
			return malformed(Malformed.Reason.TRUNCATED);
		}
		long result = 0;
		for (int i = 0; i < bytes; i++) {
			result |= (this.array[this.position++] & 0xFFL) << (i * Byte.SIZE);
		}
		this.value = result;
		return true;
	}

	private boolean readLengthDelimited() {
		if (!readVarint()) {
			return false;
		}
		// Compared as long, so that neither a negative nor a huge length passes
		if (this.value < 0 || this.value > this.limit - this.position) {
			return malformed(Malformed.Reason.TRUNCATED);
		}
		this.valueOffset = this.position;
		this.position += (int) this.value;
		return true;
	}

	private boolean skipGroup(int depth) {
		if (depth > MAX_GROUP_DEPTH) {
			return malformed(Malformed.Reason.GROUP);
		}
		int group = this.fieldNumber;
		while (this.position < this.limit) {
			if (!readTag()) {
				return false;
			}
			if (this.wireType == END_GROUP && this.fieldNumber == group) {
				this.wireType = GROUP;
				return true;
			}
			if (!((this.wireType == GROUP) ? skipGroup(depth + 1) : readValue())) {
				return false;
			}
		}
		return malformed(Malformed.Reason.TRUNCATED);
	}

	private boolean malformed(Malformed.Reason reason) {
		this.malformed = new Malformed(this.position - this.base, reason);
		return false;
	}

}
