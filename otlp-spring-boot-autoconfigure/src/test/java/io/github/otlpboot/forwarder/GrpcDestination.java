package io.github.otlpboot.forwarder;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import com.google.protobuf.Message;
import com.google.rpc.DebugInfo;
import com.google.rpc.RetryInfo;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcCode;
import io.github.otlpboot.forwarder.grpc.GrpcConnector;
import io.github.otlpboot.forwarder.grpc.GrpcConnectorSettings;
import io.github.otlpboot.forwarder.grpc.GrpcTransportSettings;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/**
 * OTLP over gRPC.
 */
final class GrpcDestination implements TestDestination {

	private static final Set<Code> RETRYABLE = Set.of(Code.CANCELLED, Code.DEADLINE_EXCEEDED, Code.ABORTED,
			Code.OUT_OF_RANGE, Code.UNAVAILABLE, Code.DATA_LOSS);

	private static final Set<Code> HELD = Set.of(Code.UNAUTHENTICATED, Code.PERMISSION_DENIED, Code.UNIMPLEMENTED);

	private static final Set<Code> SERVER_ERRORS = Set.of(Code.UNKNOWN, Code.DEADLINE_EXCEEDED, Code.UNIMPLEMENTED,
			Code.INTERNAL, Code.UNAVAILABLE, Code.DATA_LOSS);

	private final OtlpGrpcTestServer server = OtlpGrpcTestServer.open();

	private final List<GrpcConnector> connectors = new ArrayList<>();

	@Override
	public URI url() {
		return this.server.url();
	}

	@Override
	public Transport transport(URI url, Options options) {
		GrpcConnector connector = GrpcConnector
			.open(new GrpcConnectorSettings(options.connectTimeout(), List.of(), List.of()));
		this.connectors.add(connector);
		CodePolicy policy = switch (options.policy()) {
			case DEFAULT -> CodePolicy.DEFAULT;
			case STRICT -> new CodePolicy(CodePolicy.DEFAULT.retryable(), Set.of());
			case CUSTOM -> new CodePolicy(Set.of(GrpcCode.INTERNAL), Set.of(GrpcCode.RESOURCE_EXHAUSTED));
		};
		return connector.transport(
				new GrpcTransportSettings(url, options.headers(), options.compressed(), policy, "agent"),
				options.supplier());
	}

	@Override
	public List<Case> answers() {
		List<Case> cases = new ArrayList<>();
		for (Code code : Code.values()) {
			if (code != Code.OK) {
				cases.add(answer(code, false, expected(code, false)));
				cases.add(answer(code, true, expected(code, true)));
			}
		}
		return cases;
	}

	private static Class<? extends SendResult> expected(Code code, boolean retryInfo) {
		if (RETRYABLE.contains(code)) {
			return Retryable.class;
		}
		if (HELD.contains(code)) {
			return Held.class;
		}
		if (code == Code.RESOURCE_EXHAUSTED) {
			return retryInfo ? Retryable.class : TooLarge.class;
		}
		return Rejected.class;
	}

	private Case answer(Code code, boolean retryInfo, Class<? extends SendResult> result) {
		OtlpGrpcTestAnswer answer = OtlpGrpcTestAnswer.status(code.toStatus().withDescription("because"));
		OtlpGrpcTestAnswer whole = retryInfo ? answer.retryInfo(Duration.ofSeconds(7)) : answer;
		return new Case(code + (retryInfo ? " with RetryInfo" : ""), code.name(), () -> this.server.answer(whole),
				result, SERVER_ERRORS.contains(code) && !retryInfo,
				(result == Retryable.class && retryInfo) ? Duration.ofSeconds(7) : null);
	}

	@Override
	public List<Case> waits() {
		RetryInfo noDelay = RetryInfo.getDefaultInstance();
		return List.of(wait(RetryInfo.newBuilder().setRetryDelay(seconds(0, 0)).build(), Duration.ZERO),
				wait(noDelay, Duration.ZERO),
				wait(RetryInfo.newBuilder().setRetryDelay(seconds(7, 250_000_000)).build(), Duration.ofMillis(7250)),
				wait(RetryInfo.newBuilder().setRetryDelay(seconds(-5, 0)).build(), Duration.ZERO),
				wait(RetryInfo.newBuilder().setRetryDelay(seconds(1_000_000_000, 0)).build(), Duration.ofHours(1)),
				wait(RetryInfo.newBuilder().setRetryDelay(seconds(Long.MAX_VALUE, Integer.MAX_VALUE)).build(),
						Duration.ofHours(1)),
				wait(RetryInfo.newBuilder().setRetryDelay(seconds(Long.MIN_VALUE, Integer.MIN_VALUE)).build(),
						Duration.ZERO),
				wait(DebugInfo.newBuilder().setDetail("x").build(), null), garbage(new byte[] { 0x1A, 0x7F, 1 }),
				garbage(new byte[0]), garbage(new byte[] { 0x1A, 2, 0x12, 9 }));
	}

	private static com.google.protobuf.Duration seconds(long seconds, int nanos) {
		return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
	}

	private Case wait(Message detail, Duration wait) {
		OtlpGrpcTestAnswer answer = OtlpGrpcTestAnswer.status(Status.UNAVAILABLE.withDescription("because"))
			.details(detail);
		return new Case(detail.getClass().getSimpleName() + " " + detail, "UNAVAILABLE",
				() -> this.server.answer(answer), Retryable.class, wait == null, wait);
	}

	private Case garbage(byte[] details) {
		OtlpGrpcTestAnswer answer = OtlpGrpcTestAnswer.status(Status.UNAVAILABLE.withDescription("because"))
			.details(details);
		return new Case("garbage of " + details.length, "UNAVAILABLE", () -> this.server.answer(answer),
				Retryable.class, true, null);
	}

	@Override
	public List<Case> answers(Policy policy) {
		if (policy == Policy.STRICT) {
			return List.of(answer(Code.UNAUTHENTICATED, false, Rejected.class),
					answer(Code.PERMISSION_DENIED, false, Rejected.class),
					answer(Code.UNIMPLEMENTED, false, Rejected.class),
					answer(Code.RESOURCE_EXHAUSTED, false, TooLarge.class),
					answer(Code.RESOURCE_EXHAUSTED, true, Retryable.class),
					answer(Code.UNAVAILABLE, false, Retryable.class));
		}
		return List.of(answer(Code.INTERNAL, false, Retryable.class), answer(Code.INTERNAL, true, Retryable.class),
				answer(Code.UNAVAILABLE, false, Rejected.class), answer(Code.UNAVAILABLE, true, Rejected.class),
				answer(Code.RESOURCE_EXHAUSTED, false, Held.class),
				answer(Code.UNAUTHENTICATED, false, Rejected.class));
	}

	@Override
	public void take() {
		this.server.answer(OtlpGrpcTestAnswer.ok());
	}

	@Override
	public void remark(long rejected, String message) {
		this.server.answer(OtlpGrpcTestAnswer.response(ExportTraceServiceResponse.newBuilder()
			.setPartialSuccess(
					ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected).setErrorMessage(message))
			.build()));
	}

	@Override
	public void answerOfSize(int bytes, boolean compressed) {
		OtlpGrpcTestAnswer answer = OtlpGrpcTestAnswer.response(TransportContractTests.responseOfSize(bytes));
		this.server.answer(compressed ? answer.gzip() : answer);
	}

	@Override
	public void hang() {
		this.server.answer(OtlpGrpcTestAnswer.silence());
	}

	@Override
	public void denyAndRepeat(Function<OtlpTestRequest, String> message) {
		this.server.answer((request) -> OtlpGrpcTestAnswer
			.status(Status.PERMISSION_DENIED.withDescription(message.apply(request))));
	}

	@Override
	public void refuse(boolean size, Predicate<OtlpTestRequest> refused, String message) {
		Status status = (size ? Status.RESOURCE_EXHAUSTED : Status.INVALID_ARGUMENT).withDescription(message);
		this.server
			.answer((request) -> refused.test(request) ? OtlpGrpcTestAnswer.status(status) : OtlpGrpcTestAnswer.ok());
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
		return "otlp-grpc-";
	}

	@Override
	public void close() {
		this.connectors.forEach(GrpcConnector::close);
		this.server.close();
	}

}
