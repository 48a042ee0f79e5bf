package io.github.otlpboot.forwarder.grpc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryInfo}.
 */
@DisplayName("C24, T25: RetryInfo")
class RetryInfoTests {

	private static final String TYPE = "type.googleapis.com/google.rpc.RetryInfo";

	@ParameterizedTest
	@CsvSource({ "0, 0, PT0S", "5, 0, PT5S", "0, 500000000, PT0.5S", "1, 1, PT1.000000001S", "3600, 0, PT1H",
			"3601, 0, PT1H", "1000000000, 0, PT1H", "-1, 0, PT-1S", "0, -1, PT-0.000000001S",
			"-9223372036854775808, -2147483648, PT-1H-2.147483648S",
			"9223372036854775807, 2147483647, PT1H2.147483647S" })
	void readsSecondsAndNanoseconds(long seconds, int nanos, Duration expected) {
		assertThat(find(detail(TYPE, delay(seconds, nanos)))).isEqualTo(expected);
	}

	@Test
	void isFoundAmongOtherDetails() {
		Any help = detail("type.googleapis.com/google.rpc.Help", delay(3, 0));
		Any info = detail(TYPE, delay(7, 0));
		assertThat(find(help, info)).isEqualTo(Duration.ofSeconds(7));
		assertThat(find(info, help)).isEqualTo(Duration.ofSeconds(7));
		assertThat(find(detail(TYPE, delay(1, 0)), info)).as("the last one").isEqualTo(Duration.ofSeconds(7));
	}

	@Test
	void theTypeMayBeNamedWithoutADomain() {
		assertThat(find(detail("google.rpc.RetryInfo", delay(7, 0)))).isEqualTo(Duration.ofSeconds(7));
		assertThat(find(detail("google.rpc.RetryInfo2", delay(7, 0)))).isNull();
		assertThat(find(detail("/", delay(7, 0)))).isNull();
	}

	@Test
	void withoutADelayThereIsNoWait() {
		assertThat(find(detail(TYPE, com.google.rpc.RetryInfo.getDefaultInstance()))).isEqualTo(Duration.ZERO);
		assertThat(find(Any.newBuilder().setTypeUrl(TYPE).build())).isEqualTo(Duration.ZERO);
	}

	@Test
	void isNullWhereItCannotBeRead() {
		assertThat(RetryInfo.find(new Metadata())).isNull();
		assertThat(find()).isNull();
		Any malformed = Any.newBuilder()
			.setTypeUrl(TYPE)
			.setValue(ByteString.copyFrom("\n\tnothing".getBytes(StandardCharsets.US_ASCII)))
			.build();
		assertThat(find(malformed)).isNull();
		Metadata trailers = new Metadata();
		trailers.put(RetryInfo.DETAILS, new byte[] { 0x1A, 0x7F });
		assertThat(RetryInfo.find(trailers)).isNull();
	}

	private static Duration find(Any... details) {
		com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder().setCode(14).setMessage("busy");
		for (Any detail : details) {
			status.addDetails(detail);
		}
		Metadata trailers = new Metadata();
		trailers.put(RetryInfo.DETAILS, status.build().toByteArray());
		return RetryInfo.find(trailers);
	}

	private static Any detail(String type, com.google.rpc.RetryInfo info) {
		return Any.newBuilder().setTypeUrl(type).setValue(info.toByteString()).build();
	}

	private static com.google.rpc.RetryInfo delay(long seconds, int nanos) {
		return com.google.rpc.RetryInfo.newBuilder()
			.setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(seconds).setNanos(nanos))
			.build();
	}

}
