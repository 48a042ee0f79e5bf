package io.github.otlpboot.forwarder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.github.otlpboot.testing.Fuzz;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile answers for {@link ResponseReader} and {@link ResponseText}, with the protobuf
 * library as the reference where that can read them too.
 */
class ResponseFuzzTests {

	private static final String TOKEN = "c4nary-t0ken-0123456789";

	private static final String PASSWORD = "p\u00e4ssw\u00f6rd-c4nary";

	private static final String KEY = "k3y-c4nary/+=$1\\E";

	/** What must not be shown, and neither must be the beginning of it. */
	private static final List<String> SECRETS = List.of(TOKEN, PASSWORD, KEY);

	private static final ResponseText TEXT = new ResponseText(Map.of("authorization", "Bearer " + TOKEN, "x-api-key",
			KEY, "proxy-authorization",
			"Basic " + Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8))));

	private static final byte[] RESPONSE = ExportLogsServiceResponse.newBuilder()
		.setPartialSuccess(ExportLogsPartialSuccess.newBuilder()
			.setRejectedLogRecords(7)
			.setErrorMessage("gr\u00fc\u00df: too old, \u20ac and " + "x".repeat(300)))
		.build()
		.toByteArray();

	private static final byte[] STATUS = Status.newBuilder()
		.setCode(14)
		.setMessage("come \u20ac later")
		.addDetails(Any.newBuilder().setTypeUrl("type.googleapis.com/x").setValue(ByteString.copyFromUtf8("abc")))
		.build()
		.toByteArray();

	@Test
	@DisplayName("T28, T39: a partial success is read as a parser reads it, or not at all, in bounded memory")
	void partialSuccess() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			byte[] body = mutator.mutate(RESPONSE);
			ResponseReader.PartialSuccess read = fuzz.bounded(4L * body.length,
					() -> ResponseReader.partialSuccess(body));
			if (read != null) {
				assertThat(read.rejected()).isNotNegative();
				assertThat(read.message().length()).isLessThanOrEqualTo(ResponseReader.MAX_TEXT_BYTES);
				assertThat(read.rejected() > 0 || !read.message().isEmpty()).isTrue();
			}
			ExportLogsPartialSuccess parsed = parsePartialSuccess(body);
			if (parsed != null && read != null) {
				assertThat(read.rejected()).isEqualTo(Math.max(0, parsed.getRejectedLogRecords()));
				assertThat(read.message()).isEqualTo(cut(parsed.getErrorMessage()));
			}
		});
	}

	@Test
	@DisplayName("T39: the text of a status is read as a parser reads it, or not at all, in bounded memory")
	void statusMessage() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			byte[] body = mutator.mutate(STATUS);
			String read = fuzz.bounded(4L * body.length, () -> ResponseReader.statusMessage(body));
			try {
				String parsed = cut(Status.parseFrom(body).getMessage());
				assertThat(read).isIn(parsed.isEmpty() ? null : parsed, null);
			}
			catch (InvalidProtocolBufferException ex) {
				assertThat(read == null || read.length() <= ResponseReader.MAX_TEXT_BYTES).isTrue();
			}
		});
	}

	@Test
	@DisplayName("T28, T39, T42: of any error only a short, clean text is shown, and nothing of what we sent")
	void errors() {
		List<String> types = List.of("", "text/plain", "application/json", "application/x-protobuf",
				"application/octet-stream", "TEXT/HTML; charset=x");
		Fuzz.run(10_000, (fuzz, mutator) -> {
			String secret = mutator.pick(SECRETS);
			String around = mutator.mutate("Request refused, was it ours? ".repeat(1 + mutator.random().nextInt(60)));
			int at = mutator.random().nextInt(around.length() + 1);
			String text = around.substring(0, at) + secret + around.substring(at);
			byte[] body = (mutator.oneIn(3)) ? Status.newBuilder().setMessage(text).build().toByteArray()
					: text.getBytes(StandardCharsets.UTF_8);
			// Servers cut what they repeat, and so do we
			byte[] sent = mutator.oneIn(3) ? Arrays.copyOf(body, mutator.random().nextInt(body.length + 1)) : body;
			String shown = fuzz.bounded(64L * 1024 + 16L * sent.length, () -> TEXT.ofError(mutator.pick(types), sent));
			check(shown, secret);
			check(fuzz.bounded(64L * 1024 + 40L * text.length(), () -> TEXT.show(text)), secret);
		});
	}

	@Test
	@DisplayName("T39: of any bytes only a short, clean text is shown, in bounded memory")
	void noise() {
		Fuzz.run(5_000, (fuzz, mutator) -> {
			byte[] body = mutator.oneIn(2) ? mutator.noise(5_000) : mutator.mutate(STATUS);
			check(fuzz.bounded(64L * 1024 + 16L * body.length, () -> TEXT.ofError("", body)), TOKEN);
		});
	}

	private static void check(@Nullable String shown, String secret) {
		if (shown != null) {
			assertThat(shown).doesNotContain(secret.substring(0, 8));
			assertThat(shown.length()).isLessThanOrEqualTo(SendFailure.MAX_MESSAGE_LENGTH);
			assertThat(shown.chars()).noneMatch(Character::isISOControl);
		}
	}

	private static @Nullable ExportLogsPartialSuccess parsePartialSuccess(byte[] body) {
		try {
			return ExportLogsServiceResponse.parseFrom(body).getPartialSuccess();
		}
		catch (InvalidProtocolBufferException ex) {
			return null;
		}
	}

	// As much of it as is ever looked at
	private static String cut(String message) {
		byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
		return new String(bytes, 0, Math.min(bytes.length, ResponseReader.MAX_TEXT_BYTES), StandardCharsets.UTF_8);
	}

}
