package io.github.otlpboot.forwarder.grpc;

import java.io.IOException;
import java.io.InputStream;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.model.Signal;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;

/**
 * The three methods of OTLP/gRPC, without generated code: requests are bytes already, and
 * of answers only two fields are read.
 */
final class ExportMethods {

	/**
	 * The most bytes that an answer may have, before and after decompression (OTLP
	 * specification, OTLP/gRPC response).
	 */
	static final int MAX_RESPONSE_SIZE = 4 * 1024 * 1024;

	private static final MethodDescriptor<RequestPayloads, Response> TRACES = method(
			"opentelemetry.proto.collector.trace.v1.TraceService");

	private static final MethodDescriptor<RequestPayloads, Response> METRICS = method(
			"opentelemetry.proto.collector.metrics.v1.MetricsService");

	private static final MethodDescriptor<RequestPayloads, Response> LOGS = method(
			"opentelemetry.proto.collector.logs.v1.LogsService");

	private ExportMethods() {
	}

	static MethodDescriptor<RequestPayloads, Response> of(Signal signal) {
		return switch (signal) {
			case TRACES -> TRACES;
			case METRICS -> METRICS;
			case LOGS -> LOGS;
		};
	}

	private static MethodDescriptor<RequestPayloads, Response> method(String service) {
		return MethodDescriptor.newBuilder(new RequestMarshaller(), new ResponseMarshaller())
			.setType(MethodDescriptor.MethodType.UNARY)
			.setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Export"))
			.build();
	}

	/**
	 * The message of an answer.
	 *
	 * @param bytes its bytes
	 * @param tooLarge whether it exceeds the limit, and the bytes are not there
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Response(byte[] bytes, boolean tooLarge) {

		static final Response EMPTY = new Response(new byte[0], false);

		static final Response TOO_LARGE = new Response(new byte[0], true);

	}

	private static final class RequestMarshaller implements MethodDescriptor.Marshaller<RequestPayloads> {

		@Override
		public InputStream stream(RequestPayloads payloads) {
			return new RequestStream(payloads);
		}

		@Override
		public RequestPayloads parse(InputStream stream) {
			throw new UnsupportedOperationException("Only clients use this");
		}

	}

	private static final class ResponseMarshaller implements MethodDescriptor.Marshaller<Response> {

		@Override
		public InputStream stream(Response response) {
			throw new UnsupportedOperationException("Only clients use this");
		}

		@Override
		public Response parse(InputStream stream) {
			try {
				byte[] bytes = stream.readNBytes(MAX_RESPONSE_SIZE + 1);
				return (bytes.length <= MAX_RESPONSE_SIZE) ? new Response(bytes, false) : Response.TOO_LARGE;
			}
			catch (StatusRuntimeException ex) {
				// The library's own limit, which counts while it decompresses
				return Response.TOO_LARGE;
			}
			catch (IOException ex) {
				// Whatever the message was to be, the status decides
				return Response.EMPTY;
			}
		}

	}

}
