package io.github.otlpboot.forwarder.grpc;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.Payload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GrpcCall}.
 */
class GrpcCallTests {

	@ParameterizedTest
	@MethodSource
	void payloadsAreClosedBeforeAnybodyIsTold(Consumer<GrpcCall> end) {
		RequestPayloads payloads = new RequestPayloads(List.of(Payload.of(new byte[1])));
		GrpcCall call = new GrpcCall(payloads);
		AtomicBoolean closed = new AtomicBoolean();
		call.whenComplete((result, ex) -> closed.set(payloads.isClosed()));
		end.accept(call);
		assertThat(call).isDone();
		assertThat(closed).isTrue();
	}

	static Stream<Consumer<GrpcCall>> payloadsAreClosedBeforeAnybodyIsTold() {
		return Stream.of((call) -> call.complete(new SendResult.Accepted()), (call) -> call.cancel(true),
				(call) -> call.completeExceptionally(new IllegalStateException()), GrpcCall::onClose,
				(call) -> call.giveUp(new SendResult.Accepted()));
	}

}
