package io.github.otlpboot.forwarder;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link ResponseReader} against the messages of opentelemetry-proto.
 */
class ResponseReaderTests {

	private static final ResponseReader.PartialSuccess SEVEN = new ResponseReader.PartialSuccess(7, "no thanks");

	@Test
	@DisplayName("C15: partial success of every signal")
	void readsPartialSuccessOfEverySignal() {
		assertThat(ResponseReader.partialSuccess(traces(7, "no thanks"))).isEqualTo(SEVEN);
		assertThat(ResponseReader.partialSuccess(ExportMetricsServiceResponse.newBuilder()
			.setPartialSuccess(
					ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(7).setErrorMessage("no thanks"))
			.build()
			.toByteArray())).isEqualTo(SEVEN);
		assertThat(ResponseReader.partialSuccess(ExportLogsServiceResponse.newBuilder()
			.setPartialSuccess(
					ExportLogsPartialSuccess.newBuilder().setRejectedLogRecords(7).setErrorMessage("no thanks"))
			.build()
			.toByteArray())).isEqualTo(SEVEN);
	}

	@Test
	void isPopulatedByEitherField() {
		assertThat(ResponseReader.partialSuccess(traces(Long.MAX_VALUE, "")))
			.isEqualTo(new ResponseReader.PartialSuccess(Long.MAX_VALUE, ""));
		assertThat(ResponseReader.partialSuccess(traces(0, "deprecated")))
			.isEqualTo(new ResponseReader.PartialSuccess(0, "deprecated"));
		assertThat(ResponseReader.partialSuccess(traces(-5, "odd")))
			.isEqualTo(new ResponseReader.PartialSuccess(0, "odd"));
	}

	@Test
	void isNotPopulatedWithoutContent() {
		assertThat(ResponseReader.partialSuccess(new byte[0])).isNull();
		assertThat(ResponseReader.partialSuccess(traces(0, ""))).isNull();
		assertThat(ResponseReader.partialSuccess(traces(-5, ""))).isNull();
	}

	@Test
	void skipsUnknownFieldsOfEveryWireType() {
		UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
			.addField(100, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
			.addField(101, UnknownFieldSet.Field.newBuilder().addFixed32(1).addFixed64(2).build())
			.addField(102, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("x")).build())
			.build();
		ExportTraceServiceResponse response = ExportTraceServiceResponse.newBuilder()
			.setUnknownFields(unknown)
			.setPartialSuccess(ExportTracePartialSuccess.newBuilder()
				.setUnknownFields(unknown)
				.setRejectedSpans(7)
				.setErrorMessage("no thanks"))
			.build();
		assertThat(ResponseReader.partialSuccess(response.toByteArray())).isEqualTo(SEVEN);
	}

	@Test
	void readsTheMessageOfAStatus() throws Exception {
		assertThat(ResponseReader.statusMessage(status("queue is full"))).isEqualTo("queue is full");
		assertThat(ResponseReader.statusMessage(new byte[0])).isNull();
		assertThat(ResponseReader.statusMessage(status("x".repeat(100_000)))).hasSize(ResponseReader.MAX_TEXT_BYTES);
	}

	@Test
	void malformedBytesAreNull() {
		byte[][] malformed = { { 0x0A }, { 0x0A, 5, 0 },
				{ 0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F },
				{ 0x0A, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1 }, { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
				{ 0x00, 0x01 }, { 0x0B }, { 0x0F }, { 0x11, 1, 2 }, { 0x15, 1, 2 },
				{ 0x0A, 2, 0x12, 5, 'a', 'b', 'c' } };
		for (byte[] bytes : malformed) {
			assertThat(ResponseReader.partialSuccess(bytes)).as(Arrays.toString(bytes)).isNull();
			assertThat(ResponseReader.statusMessage(bytes)).as(Arrays.toString(bytes)).isNull();
		}
	}

	@Test
	@DisplayName("T39: truncated and random bytes")
	void neverFailsOnTruncatedOrRandomBytes() throws Exception {
		byte[] whole = traces(7, "no thanks");
		for (int length = 0; length < whole.length; length++) {
			assertThat(ResponseReader.partialSuccess(Arrays.copyOf(whole, length))).as("length " + length).isNull();
		}
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		for (int i = 0; i < 100_000; i++) {
			byte[] bytes = new byte[random.nextInt(40)];
			random.nextBytes(bytes);
			if (random.nextBoolean() && bytes.length > 0) {
				bytes[0] = 0x0A;
			}
			assertThatCode(() -> {
				ResponseReader.partialSuccess(bytes);
				ResponseReader.statusMessage(bytes);
			}).as("seed " + seed).doesNotThrowAnyException();
		}
	}

	private static byte[] traces(long rejected, String message) {
		return ExportTraceServiceResponse.newBuilder()
			.setPartialSuccess(
					ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected).setErrorMessage(message))
			.build()
			.toByteArray();
	}

	private static byte[] status(String message) throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		CodedOutputStream output = CodedOutputStream.newInstance(bytes);
		output.writeInt32(1, 14);
		output.writeString(2, message);
		output.flush();
		return bytes.toByteArray();
	}

}
