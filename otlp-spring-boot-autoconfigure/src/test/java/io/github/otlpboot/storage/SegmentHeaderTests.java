package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.util.UUID;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SegmentHeader}.
 */
class SegmentHeaderTests {

	@ParameterizedTest
	@EnumSource(Signal.class)
	void isReadAsItWasWritten(Signal signal) {
		SegmentHeader header = new SegmentHeader(SegmentHeader.MAJOR, 65535, UUID.randomUUID(), signal, 1, 2, 3, -4);
		ByteBuffer buffer = encode(header);
		assertThat(SegmentHeader.decode(buffer, header.identity())).isEqualTo(header);
		assertThat(buffer.position()).isZero();
		assertThat(SegmentHeader.isOfOtherMajor(buffer)).isFalse();
	}

	@Test
	void headerOfAnotherSegmentIsNotTaken() {
		ByteBuffer buffer = encode(TestSegments.HEADER);
		UUID logId = TestSegments.LOG_ID;
		assertThat(SegmentHeader.decode(buffer, new SegmentIdentity(UUID.randomUUID(), Signal.TRACES, 41))).isNull();
		assertThat(SegmentHeader.decode(buffer, new SegmentIdentity(logId, Signal.LOGS, 41))).isNull();
		assertThat(SegmentHeader.decode(buffer, new SegmentIdentity(logId, Signal.TRACES, 42))).isNull();
		assertThat(SegmentHeader.decode(buffer)).isEqualTo(TestSegments.HEADER);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 65535 })
	void everyFlippedBitIsSeenAndNeverTakenForAnotherVersion(int major) {
		byte[] bytes = encode(ofMajor(major)).array();
		for (int bit = 0; bit < Byte.SIZE * bytes.length; bit++) {
			bytes[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			assertThat(SegmentHeader.decode(buffer)).as("bit %d", bit).isNull();
			assertThat(SegmentHeader.isOfOtherMajor(buffer)).as("bit %d", bit).isFalse();
			bytes[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 2, 65535 })
	void anotherMajorVersionIsToldFromDamage(int major) {
		ByteBuffer buffer = encode(ofMajor(major));
		assertThat(SegmentHeader.isOfOtherMajor(buffer)).isTrue();
		assertThat(SegmentHeader.majorVersion(buffer)).isEqualTo(major);
		assertThat(SegmentHeader.decode(buffer)).isNull();
	}

	@Test
	void incompleteHeaderIsNoHeader() {
		for (int length = 0; length < SegmentHeader.LENGTH; length++) {
			ByteBuffer buffer = encode(TestSegments.HEADER).limit(length);
			assertThat(SegmentHeader.decode(buffer)).isNull();
			assertThat(SegmentHeader.isOfOtherMajor(buffer)).isFalse();
		}
	}

	private static SegmentHeader ofMajor(int major) {
		return new SegmentHeader(major, 0, TestSegments.LOG_ID, Signal.TRACES, 41, 0, 0, 0);
	}

	private static ByteBuffer encode(SegmentHeader header) {
		ByteBuffer buffer = ByteBuffer.allocate(SegmentHeader.LENGTH);
		header.encode(buffer);
		return buffer.flip();
	}

}
