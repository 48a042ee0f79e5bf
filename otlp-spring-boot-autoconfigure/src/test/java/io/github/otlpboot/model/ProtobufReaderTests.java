package io.github.otlpboot.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ProtobufReader}.
 */
class ProtobufReaderTests {

	@Test
	void readsFieldsOfEveryWireType() {
		UnknownFieldSet message = UnknownFieldSet.newBuilder()
			.addField(1, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
			.addField(2, UnknownFieldSet.Field.newBuilder().addFixed32(0xCAFEBABE).build())
			.addField(3, UnknownFieldSet.Field.newBuilder().addFixed64(0xCAFEBABE12345678L).build())
			.addField(4,
					UnknownFieldSet.Field.newBuilder()
						.addLengthDelimited(ByteString.copyFromUtf8("gr\u00fc\u00df"))
						.build())
			.addField(5, UnknownFieldSet.Field.newBuilder().addGroup(UnknownFieldSet.getDefaultInstance()).build())
			.addField(536870911, UnknownFieldSet.Field.newBuilder().addVarint(300).build())
			.build();
		ProtobufReader reader = reader(message.toByteArray());
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(1, ProtobufReader.VARINT)).isTrue();
		assertThat(reader.isField(2, ProtobufReader.VARINT)).isFalse();
		assertThat(reader.isField(1, ProtobufReader.FIXED32)).isFalse();
		assertThat(reader.value()).isEqualTo(-1);
		assertThat(reader.fieldOffset()).isZero();
		assertThat(reader.position()).isEqualTo(11);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(2, ProtobufReader.FIXED32)).isTrue();
		assertThat(reader.value()).isEqualTo(0xCAFEBABEL);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(3, ProtobufReader.FIXED64)).isTrue();
		assertThat(reader.value()).isEqualTo(0xCAFEBABE12345678L);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(4, ProtobufReader.LENGTH_DELIMITED)).isTrue();
		assertThat(reader.string()).isEqualTo("gr\u00fc\u00df");
		assertThat(reader.valueOffset()).isEqualTo(reader.fieldOffset() + 2);
		assertThat(reader.valueLength()).isEqualTo(6);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(5, ProtobufReader.GROUP)).isTrue();
		assertThat(reader.next()).isTrue();
		assertThat(reader.fieldNumber()).isEqualTo(536870911);
		assertThat(reader.value()).isEqualTo(300);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isFalse();
	}

	@Test
	void readsNestedMessagesAndGoesOnBehindThem() {
		Any any = Any.newBuilder()
			.setTypeUrl("type")
			.setValue(Timestamp.newBuilder().setSeconds(7).setNanos(8).build().toByteString())
			.build();
		byte[] bytes = OtlpRequests.concat(any.toByteArray(), OtlpRequests.bytes(0x18, 0x05));
		ProtobufReader reader = reader(bytes);
		assertThat(reader.next()).isTrue();
		assertThat(reader.string()).isEqualTo("type");
		assertThat(reader.next()).isTrue();
		int outer = reader.enter();
		assertThat(reader.next()).isTrue();
		assertThat(reader.value()).isEqualTo(7);
		// Left before its end
		reader.leave(outer);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(3, ProtobufReader.VARINT)).isTrue();
		assertThat(reader.value()).isEqualTo(5);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isFalse();
	}

	@Test
	void readsPackedNumbers() {
		ProtobufReader reader = reader(0x0A, 0x03, 0x01, 0x80, 0x02, 0x12, 0x08, 1, 0, 0, 0, 2, 0, 0, 0, 0x1A, 0x08, 3,
				0, 0, 0, 0, 0, 0, 0);
		assertThat(packed(reader, ProtobufReader.VARINT)).containsExactly(1L, 256L);
		assertThat(packed(reader, ProtobufReader.FIXED32)).containsExactly(1L, 2L);
		assertThat(packed(reader, ProtobufReader.FIXED64)).containsExactly(3L);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isFalse();
	}

	@Test
	void whenPackedNumbersEndInTheMiddleOfOneIsMalformed() {
		ProtobufReader reader = reader(0x0A, 0x06, 1, 0, 0, 0, 2, 0, 0x10, 0x01);
		assertThat(packed(reader, ProtobufReader.FIXED32)).containsExactly(1L);
		assertThat(reader.malformed()).isEqualTo(new Malformed(6, Malformed.Reason.TRUNCATED));
		assertThat(reader.nextPacked(ProtobufReader.FIXED32)).isFalse();
		assertThat(reader.next()).isFalse();
	}

	@Test
	void onlyNumbersArePacked() {
		ProtobufReader reader = reader(0x0A, 0x01, 0x01);
		assertThat(reader.next()).isTrue();
		reader.enter();
		assertThatIllegalArgumentException().isThrownBy(() -> reader.nextPacked(ProtobufReader.LENGTH_DELIMITED));
	}

	private static List<Long> packed(ProtobufReader reader, int type) {
		assertThat(reader.next()).isTrue();
		int outer = reader.enter();
		List<Long> values = new ArrayList<>();
		while (reader.nextPacked(type)) {
			values.add(reader.value());
		}
		reader.leave(outer);
		return values;
	}

	@Test
	void whenFieldIsNotLengthDelimitedCannotEnterIt() {
		ProtobufReader reader = reader(0x08, 0x01);
		assertThat(reader.next()).isTrue();
		assertThatIllegalStateException().isThrownBy(reader::enter);
	}

	@Test
	void whenNestedMessageIsMalformedEndsOnEveryLevel() {
		// The nested varint would go on with the bytes behind the nested message
		ProtobufReader reader = reader(0x0A, 0x02, 0x08, 0x80, 0x01, 0x10, 0x01);
		assertThat(reader.next()).isTrue();
		int outer = reader.enter();
		assertThat(reader.next()).isFalse();
		assertThat(reader.malformed()).isEqualTo(new Malformed(4, Malformed.Reason.TRUNCATED));
		reader.leave(outer);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isTrue();
	}

	@Test
	void whenRangeIsNotWithinArrayThrows() {
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> new ProtobufReader(new byte[4], 2, 3));
	}

	@Test
	void whenMessageIsEmptyHasNoField() {
		ProtobufReader reader = reader();
		assertThat(reader.next()).isFalse();
		assertThat(reader.malformed()).isNull();
	}

	@Test
	void whenVarintIsPaddedReadsItsValue() {
		ProtobufReader reader = reader(0x88, 0x00, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(1, ProtobufReader.VARINT)).isTrue();
		assertThat(reader.value()).isEqualTo(1);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isFalse();
	}

	@Test
	void whenVarintIsOverlongIsMalformed() {
		assertMalformed(Malformed.Reason.VARINT, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02);
		assertMalformed(Malformed.Reason.VARINT, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
				0x01);
	}

	@Test
	void whenFieldNumberIsImpossibleIsMalformed() {
		assertMalformed(Malformed.Reason.FIELD_NUMBER, 0x00, 0x00);
		assertMalformed(Malformed.Reason.FIELD_NUMBER, 0x80, 0x80, 0x80, 0x80, 0x10, 0x00);
		assertMalformed(Malformed.Reason.FIELD_NUMBER, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
				0x00);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x0E, 0x0F })
	void whenWireTypeDoesNotExistIsMalformed(int tag) {
		assertMalformed(Malformed.Reason.WIRE_TYPE, tag, 0x00);
	}

	@Test
	void whenLengthIsLargerThanWhatIsLeftIsMalformed() {
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0A, 0x02, 0x00);
		// 2^31 - 1, 2^32 + 1, which is 1 as an int, and -1
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00);
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0A, 0x81, 0x80, 0x80, 0x80, 0x10, 0x00);
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
	}

	@Test
	void whenFixedNumberIsCutIsMalformed() {
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0D, 1, 2, 3);
		assertMalformed(Malformed.Reason.TRUNCATED, 0x09, 1, 2, 3, 4, 5, 6, 7);
	}

	@Test
	void whenGroupIsNotBalancedIsMalformed() {
		// An end without a start, an end of another group, no end
		assertMalformed(Malformed.Reason.GROUP, 0x0C);
		assertMalformed(Malformed.Reason.GROUP, 0x0B, 0x14);
		assertMalformed(Malformed.Reason.TRUNCATED, 0x0B, 0x10, 0x01);
		assertMalformed(Malformed.Reason.FIELD_NUMBER, 0x0B, 0x00, 0x0C);
	}

	@Test
	void skipsNestedGroupsDownToALimit() {
		ProtobufReader reader = reader(OtlpRequests.concat(nestedGroups(100), OtlpRequests.bytes(0x10, 0x07)));
		assertThat(reader.next()).isTrue();
		assertThat(reader.isField(1, ProtobufReader.GROUP)).isTrue();
		assertThat(reader.next()).isTrue();
		assertThat(reader.value()).isEqualTo(7);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 101, 1_000_000 })
	void whenGroupsAreNestedTooDeeplyIsMalformed(int depth) {
		ProtobufReader reader = reader(nestedGroups(depth));
		assertThat(reader.next()).isFalse();
		assertThat(reader.malformed()).isEqualTo(new Malformed(101, Malformed.Reason.GROUP));
	}

	private static byte[] nestedGroups(int depth) {
		byte[] groups = new byte[2 * depth];
		Arrays.fill(groups, 0, depth, (byte) 0x0B);
		Arrays.fill(groups, depth, 2 * depth, (byte) 0x0C);
		return groups;
	}

	/**
	 * The message is followed by bytes that would complete it, to be read by no one.
	 */
	private static void assertMalformed(Malformed.Reason reason, int... message) {
		byte[] array = new byte[message.length + 25];
		System.arraycopy(OtlpRequests.bytes(message), 0, array, 5, message.length);
		ProtobufReader reader = new ProtobufReader(array, 5, message.length);
		assertThat(reader.next()).isFalse();
		assertThat(reader.isMalformed()).isTrue();
		Malformed malformed = reader.malformed();
		assertThat(malformed).isNotNull();
		assertThat(malformed.reason()).isEqualTo(reason);
		assertThat(malformed.offset()).isBetween(0, message.length);
		assertThat(reader.next()).isFalse();
	}

	private static ProtobufReader reader(int... message) {
		return reader(OtlpRequests.bytes(message));
	}

	private static ProtobufReader reader(byte[] message) {
		return new ProtobufReader(message, 0, message.length);
	}

}
