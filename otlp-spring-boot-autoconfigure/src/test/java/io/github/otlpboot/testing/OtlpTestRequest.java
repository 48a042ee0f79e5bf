package io.github.otlpboot.testing;

import java.util.List;
import java.util.Map;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A request that an {@link OtlpTestServer} has received whole.
 *
 * @param connection the number of the connection, starting at 1
 * @param method the HTTP method
 * @param path the path with the query
 * @param headers the headers, whose names are in lower case; the values of a repeated one
 * are joined by {@code ", "}
 * @param rawBody the body as it came
 * @param body the body after decompression
 * @param message the body parsed by the path, {@code null} if the path is none of OTLP's
 * or the body is malformed
 */
public record OtlpTestRequest(int connection, String method, String path, Map<String, String> headers, byte[] rawBody,
		byte[] body, Message message) {

	/**
	 * Return a header.
	 * @param name the name in lower case
	 * @return the value, or {@code null}
	 */
	public String header(String name) {
		return this.headers.get(name);
	}

	/**
	 * Return the spans of a trace request.
	 * @return the spans in order, none if this is no trace request
	 */
	public List<Span> spans() {
		if (this.message instanceof ExportTraceServiceRequest request) {
			return request.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.toList();
		}
		return List.of();
	}

}
