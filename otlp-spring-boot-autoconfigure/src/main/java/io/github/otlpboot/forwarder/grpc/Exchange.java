package io.github.otlpboot.forwarder.grpc;

import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.grpc.Attributes;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Follows one call of the library's to its end, and completes ours with what it means.
 * <p>
 * The library reports what a server has answered and what it has made up itself in the
 * same way. Only a tracer sees the trailers of the server arrive, and tells the two
 * apart: {@code UNAVAILABLE} from a server is an answer, otherwise there is none.
 * <p>
 * The methods of the listener are called one after the other; what the tracer writes is
 * volatile, since it is called by the connection's thread.
 */
final class Exchange extends ClientCall.Listener<ExportMethods.Response> {

	private final GrpcCall call;

	private final AnswerClassifier classifier;

	private final CompletableFuture<Void> connected;

	private ExportMethods.Response response = ExportMethods.Response.EMPTY;

	private volatile boolean answered;

	/**
	 * Create an exchange.
	 * @param call what is completed
	 * @param classifier says what the end means
	 * @param connected completes when there is a connection
	 */
	Exchange(GrpcCall call, AnswerClassifier classifier, CompletableFuture<Void> connected) {
		this.call = call;
		this.classifier = classifier;
		this.connected = connected;
	}

	@Override
	public void onMessage(ExportMethods.Response message) {
		this.response = message;
	}

	@Override
	public void onClose(Status status, Metadata trailers) {
		SendResult result = this.answered ? this.classifier.classify(status, trailers, this.response)
				: this.classifier.classifyNoAnswer(status);
		SendFailure failure = result.failure();
		if (failure != null && failure.kind() == SendFailure.Kind.RESPONSE_TOO_LARGE) {
			// Closes the connection, or the rest of the answer would still come
			this.call.giveUp(result);
		}
		else {
			this.call.complete(result);
		}
	}

	ClientStreamTracer.Factory tracerFactory() {
		return new ClientStreamTracer.Factory() {
			@Override
			public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
				return new Tracer();
			}
		};
	}

	private final class Tracer extends ClientStreamTracer {

		@Override
		public void streamCreated(Attributes transportAttributes, Metadata headers) {
			Exchange.this.connected.complete(null);
		}

		@Override
		public void inboundTrailers(Metadata trailers) {
			Exchange.this.answered = true;
		}

	}

}
