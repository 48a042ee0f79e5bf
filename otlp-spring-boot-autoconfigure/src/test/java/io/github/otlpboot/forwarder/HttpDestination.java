package io.github.otlpboot.forwarder;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/**
 * OTLP over HTTP.
 */
final class HttpDestination implements TestDestination {

	private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

	private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);

	private static final Set<Integer> HELD = Set.of(401, 403, 404, 405, 407, 501);

	private final OtlpTestServer server = OtlpTestServer.open();

	private final List<HttpConnector> connectors = new ArrayList<>();

	@Override
	public URI url() {
		return this.server.endpoint(Signal.TRACES);
	}

	@Override
	public Transport transport(URI url, Options options) {
		HttpConnector connector = HttpConnector.open(new HttpConnectorSettings(options.connectTimeout(), null),
				Clock.fixed(NOW, ZoneOffset.UTC));
		this.connectors.add(connector);
		StatusPolicy policy = switch (options.policy()) {
			case DEFAULT -> StatusPolicy.DEFAULT;
			case STRICT -> new StatusPolicy(RETRYABLE, Set.of());
			case CUSTOM -> new StatusPolicy(Set.of(500), Set.of(429));
		};
		return connector.transport(
				new HttpTransportSettings(url, options.headers(),
						options.compressed() ? Compression.GZIP : Compression.NONE, policy, "agent"),
				options.supplier());
	}

	@Override
	public List<Case> answers() {
		List<Case> cases = new ArrayList<>();
		for (int status = 200; status <= 599; status++) {
			cases.add(answer(status, null, expected(status)));
			cases.add(answer(status, "7", expected(status)));
		}
		return cases;
	}

	private static Class<? extends SendResult> expected(int status) {
		if (status < 300) {
			return Accepted.class;
		}
		if (RETRYABLE.contains(status)) {
			return Retryable.class;
		}
		if (status < 400 || HELD.contains(status)) {
			return Held.class;
		}
		return (status == 413) ? TooLarge.class : Rejected.class;
	}

	private Case answer(int status, String wait, Class<? extends SendResult> result) {
		OtlpTestAnswer answer = (status >= 300) ? OtlpTestAnswer.status(status).rpcStatus("because")
				: OtlpTestAnswer.status(status);
		OtlpTestAnswer whole = (wait != null) ? answer.header("Retry-After", wait) : answer;
		return new Case(status + ", Retry-After " + wait, String.valueOf(status), () -> this.server.answer(whole),
				result, status >= 500 && wait == null,
				(result == Retryable.class && wait != null) ? Duration.ofSeconds(7) : null);
	}

	@Override
	public List<Case> waits() {
		return List.of(wait("0", Duration.ZERO), wait("7", Duration.ofSeconds(7)),
				wait("1000000000", Duration.ofHours(1)), wait("9".repeat(40), Duration.ofHours(1)),
				wait(date(NOW.plusSeconds(90)), Duration.ofSeconds(90)),
				wait(date(NOW.minusSeconds(90)), Duration.ZERO),
				wait(date(NOW.plus(Duration.ofDays(9000))), Duration.ofHours(1)), wait("-5", null), wait("soon", null),
				wait("7.5", null), wait("", null));
	}

	private static String date(Instant instant) {
		return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
	}

	private Case wait(String header, Duration wait) {
		return new Case("Retry-After " + header, "503",
				() -> this.server.answer(OtlpTestAnswer.status(503).rpcStatus("because").header("Retry-After", header)),
				Retryable.class, wait == null, wait);
	}

	@Override
	public List<Case> answers(Policy policy) {
		if (policy == Policy.STRICT) {
			return List.of(answer(401, null, Rejected.class), answer(403, null, Rejected.class),
					answer(404, null, Rejected.class), answer(302, null, Rejected.class),
					answer(501, null, Rejected.class), answer(413, null, TooLarge.class),
					answer(429, "7", Retryable.class), answer(503, null, Retryable.class));
		}
		return List.of(answer(500, null, Retryable.class), answer(500, "7", Retryable.class),
				answer(503, null, Rejected.class), answer(503, "7", Rejected.class), answer(429, "7", Held.class),
				answer(401, null, Rejected.class), answer(413, null, TooLarge.class));
	}

	@Override
	public void take() {
		this.server.answer(OtlpTestAnswer.ok());
	}

	@Override
	public void remark(long rejected, String message) {
		this.server.answer(OtlpTestAnswer.ok().message(response(rejected, message)));
	}

	private static ExportTraceServiceResponse response(long rejected, String message) {
		return ExportTraceServiceResponse.newBuilder()
			.setPartialSuccess(
					ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected).setErrorMessage(message))
			.build();
	}

	@Override
	public void answerOfSize(int bytes, boolean compressed) {
		ExportTraceServiceResponse response = TransportContractTests.responseOfSize(bytes);
		OtlpTestAnswer answer = OtlpTestAnswer.ok().message(response);
		this.server.answer(compressed ? answer.gzip() : answer);
	}

	@Override
	public void hang() {
		this.server.answer(OtlpTestAnswer.hang());
	}

	@Override
	public void denyAndRepeat(Function<OtlpTestRequest, String> message) {
		this.server.answer((request) -> OtlpTestAnswer.status(403).rpcStatus(message.apply(request)));
	}

	@Override
	public void refuse(boolean size, Predicate<OtlpTestRequest> refused, String message) {
		OtlpTestAnswer refusal = OtlpTestAnswer.status(size ? 413 : 400).rpcStatus(message);
		this.server.answer((request) -> refused.test(request) ? refusal : OtlpTestAnswer.ok());
	}

	@Override
	public List<OtlpTestRequest> received() {
		return this.server.requests();
	}

	@Override
	public int aborted() {
		return this.server.abortedCount();
	}

	@Override
	public int connections() {
		return this.server.connectionCount();
	}

	@Override
	public int openConnections() {
		return this.server.openConnections();
	}

	@Override
	public void stop() {
		this.server.stop();
	}

	@Override
	public void start() {
		this.server.start();
	}

	@Override
	public Duration linger() {
		return Duration.ofSeconds(10);
	}

	@Override
	public String threads() {
		return "otlp-http-";
	}

	@Override
	public void close() {
		this.connectors.forEach(HttpConnector::close);
		this.server.close();
	}

}
