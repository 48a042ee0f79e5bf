package io.github.otlpboot.crash;

import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

import com.google.protobuf.Message;
import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.grpc.Status;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/**
 * A collector that answers as it is told, over HTTP or gRPC, tells the oracle, and keeps
 * nothing. {@link #stop()} and {@link #start()} belong to the thread of the test.
 */
final class SoakCollector implements AutoCloseable {

	private static final Duration BUSY = Duration.ofSeconds(1);

	private final SoakOracle oracle;

	private final Random random;

	private final OtlpTestServer http;

	private final OtlpGrpcTestServer grpc;

	private volatile Trouble trouble = Trouble.NONE;

	SoakCollector(TransportType type, SoakOracle oracle, long seed) {
		this.oracle = oracle;
		this.random = new Random(seed);
		this.http = (type == TransportType.HTTP) ? OtlpTestServer.open() : null;
		this.grpc = (type == TransportType.GRPC) ? OtlpGrpcTestServer.open() : null;
		if (this.http != null) {
			this.http.answer((request) -> answer(request, SoakCollector::overHttp, SoakCollector::partialOverHttp));
		}
		else {
			this.grpc.answer((request) -> answer(request, SoakCollector::overGrpc, OtlpGrpcTestAnswer::response));
		}
	}

	URI url() {
		return (this.http != null) ? this.http.url() : this.grpc.url();
	}

	void behave(Trouble next) {
		this.trouble = next;
		forget();
	}

	private void forget() {
		if (this.http != null) {
			this.http.clear();
		}
		else {
			this.grpc.clear();
		}
	}

	void stop() {
		if (this.http != null) {
			this.http.stop();
		}
		else {
			this.grpc.stop();
		}
	}

	void start() {
		if (this.http != null) {
			this.http.start();
		}
		else {
			this.grpc.start();
		}
	}

	private <T> T answer(OtlpTestRequest request, Function<Trouble, T> answers, Function<Message, T> partial) {
		Trouble now = this.trouble;
		int dice;
		synchronized (this.random) {
			dice = this.random.nextInt(100);
		}
		int items = this.oracle.items(request).size();
		if (dice >= now.percent || (now == Trouble.TOO_LARGE && items <= Trouble.MAX_ITEMS)
				|| (now == Trouble.PARTIAL && items == 0)) {
			this.oracle.answered(request, 0);
			return answers.apply(Trouble.NONE);
		}
		if (now == Trouble.PARTIAL) {
			this.oracle.answered(request, 1);
			return partial.apply(partialSuccess(request));
		}
		if (now == Trouble.REFUSES) {
			this.oracle.answered(request, items);
		}
		return answers.apply(now);
	}

	private static OtlpTestAnswer partialOverHttp(Message message) {
		return OtlpTestAnswer.ok().message(message);
	}

	private static OtlpTestAnswer overHttp(Trouble trouble) {
		return switch (trouble) {
			case NONE, PARTIAL -> OtlpTestAnswer.ok();
			case UNAVAILABLE -> OtlpTestAnswer.status(503);
			case THROTTLES -> OtlpTestAnswer.status(429).header("Retry-After", String.valueOf(BUSY.toSeconds()));
			case REFUSES -> OtlpTestAnswer.status(400).rpcStatus("malformed");
			case TOO_LARGE -> OtlpTestAnswer.status(413);
			case DENIES -> OtlpTestAnswer.status(401);
			case HANGS -> OtlpTestAnswer.hang();
		};
	}

	private static OtlpGrpcTestAnswer overGrpc(Trouble trouble) {
		return switch (trouble) {
			case NONE, PARTIAL -> OtlpGrpcTestAnswer.ok();
			case UNAVAILABLE -> OtlpGrpcTestAnswer.status(Status.UNAVAILABLE);
			case THROTTLES -> OtlpGrpcTestAnswer.status(Status.RESOURCE_EXHAUSTED).retryInfo(BUSY);
			case REFUSES -> OtlpGrpcTestAnswer.status(Status.INVALID_ARGUMENT);
			case TOO_LARGE -> OtlpGrpcTestAnswer.status(Status.RESOURCE_EXHAUSTED);
			case DENIES -> OtlpGrpcTestAnswer.status(Status.UNAUTHENTICATED);
			case HANGS -> OtlpGrpcTestAnswer.silence();
		};
	}

	private static Message partialSuccess(OtlpTestRequest request) {
		if (!request.spans().isEmpty()) {
			return ExportTraceServiceResponse.newBuilder()
				.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(1))
				.build();
		}
		if (!request.logRecords().isEmpty()) {
			return ExportLogsServiceResponse.newBuilder()
				.setPartialSuccess(ExportLogsPartialSuccess.newBuilder().setRejectedLogRecords(1))
				.build();
		}
		return ExportMetricsServiceResponse.newBuilder()
			.setPartialSuccess(ExportMetricsPartialSuccess.newBuilder().setRejectedDataPoints(1))
			.build();
	}

	@Override
	public void close() {
		stop();
	}

	/**
	 * How it answers some of the requests; it takes the others.
	 */
	enum Trouble {

		NONE(0),

		UNAVAILABLE(80),

		THROTTLES(60),

		REFUSES(20),

		/** What has more than a few items. */
		TOO_LARGE(100),

		PARTIAL(30),

		DENIES(80),

		HANGS(50);

		static final int MAX_ITEMS = 25;

		private final int percent;

		Trouble(int percent) {
			this.percent = percent;
		}

	}

}
