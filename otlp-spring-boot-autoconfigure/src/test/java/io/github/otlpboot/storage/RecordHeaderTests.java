package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.stream.Stream;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecordHeader}.
 */
class RecordHeaderTests {

	private static final SegmentIdentity ID = TestSegments.ID;

	private static final RecordHeader HEADER = new RecordHeader(RecordHeader.REQUEST, Signal.TRACES, 0, 123, 7,
			Long.MAX_VALUE, 42, -1, 0xCAFEBABE);

	@ParameterizedTest
	@MethodSource("headers")
	void isReadAsItWasWritten(RecordHeader header) {
		ByteBuffer buffer = ByteBuffer.allocate(100).position(9);
		header.encode(buffer, ID);
		assertThat(buffer.position()).isEqualTo(9 + RecordHeader.LENGTH);
		buffer.position(9);
		assertThat(RecordHeader.decode(buffer, ID)).isEqualTo(header);
		assertThat(buffer.position()).isEqualTo(9 + RecordHeader.LENGTH);
	}

	/**
	 * Among them a type and flags that nobody knows, which is no reason to call a record
	 * damaged.
	 */
	static Stream<RecordHeader> headers() {
		return Stream.of(HEADER, new RecordHeader(0, Signal.TRACES, 0, 0, 0, 0, ID.firstSequence(), 0, 0),
				new RecordHeader(255, Signal.TRACES, -1, RecordHeader.MAX_PAYLOAD_LENGTH, Integer.MAX_VALUE,
						Long.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1));
	}

	@Test
	void isReadFromAView() {
		ByteBuffer view = ByteBuffer.allocate(100).slice(11, RecordHeader.LENGTH);
		HEADER.encode(view, ID);
		assertThat(RecordHeader.decode(view.flip(), ID)).isEqualTo(HEADER);
	}

	@Test
	void everyFlippedBitIsSeen() {
		byte[] bytes = encode(HEADER, ID);
		for (int bit = 0; bit < Byte.SIZE * bytes.length; bit++) {
			bytes[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			assertThat(RecordHeader.decode(buffer, ID)).as("bit %d", bit).isNull();
			assertThat(buffer.position()).isZero();
			bytes[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
		}
	}

	@Test
	void everyMissingByteIsSeen() {
		byte[] bytes = encode(HEADER, ID);
		for (int length = 0; length < bytes.length; length++) {
			assertThat(RecordHeader.decode(ByteBuffer.wrap(bytes, 0, length), ID)).isNull();
		}
	}

	@Test
	void belongsToOneSegmentOnly() {
		ByteBuffer buffer = ByteBuffer.wrap(encode(HEADER, ID));
		assertThat(RecordHeader.decode(buffer, new SegmentIdentity(UUID.randomUUID(), ID.signal(), ID.firstSequence())))
			.isNull();
		assertThat(RecordHeader.decode(buffer, new SegmentIdentity(ID.logId(), ID.signal(), ID.firstSequence() - 1)))
			.isNull();
		assertThat(RecordHeader.decode(buffer, new SegmentIdentity(ID.logId(), Signal.LOGS, ID.firstSequence())))
			.isNull();
		assertThat(RecordHeader.decode(buffer, ID)).isEqualTo(HEADER);
	}

	@ParameterizedTest
	@MethodSource("impossible")
	void whatCannotBeIsNotBelievedEvenIfItsChecksumFits(RecordHeader header) {
		assertThat(RecordHeader.decode(ByteBuffer.wrap(encode(header, ID)), ID)).isNull();
	}

	static Stream<RecordHeader> impossible() {
		return Stream.of(with(RecordHeader.MAX_PAYLOAD_LENGTH + 1, 1, 1, 42), with(-1, 1, 1, 42), with(1, -1, 1, 42),
				with(1, 1, -1, 42), with(1, 1, 1, ID.firstSequence() - 1),
				new RecordHeader(1, Signal.LOGS, 0, 1, 1, 1, 42, 1, 1));
	}

	@Test
	void frameIsHeaderAndPayload() {
		assertThat(HEADER.frameLength()).isEqualTo(RecordHeader.LENGTH + 123);
	}

	private static RecordHeader with(int payloadLength, int items, long firstItem, long sequence) {
		return new RecordHeader(1, Signal.TRACES, 0, payloadLength, items, firstItem, sequence, 1, 1);
	}

	private static byte[] encode(RecordHeader header, SegmentIdentity id) {
		ByteBuffer buffer = ByteBuffer.allocate(RecordHeader.LENGTH);
		header.encode(buffer, id);
		return buffer.array();
	}

}
