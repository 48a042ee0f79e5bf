package io.github.otlpboot.sample.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;

/**
 * The body of an OTLP answer that is no success: a {@code google.rpc.Status} (OTLP
 * specification, OTLP/HTTP response, failures). Its two fields are written one by one,
 * which spares a dependency.
 *
 * @param code the gRPC code
 * @param message what is wrong, in words
 */
record RpcStatus(int code, String message) {

	static final int INVALID_ARGUMENT = 3;

	static final int NOT_FOUND = 5;

	static final int RESOURCE_EXHAUSTED = 8;

	static final int UNIMPLEMENTED = 12;

	static final int UNAVAILABLE = 14;

	byte[] toByteArray() {
		return UnknownFieldSet.newBuilder()
			.addField(1, Field.newBuilder().addVarint(this.code).build())
			.addField(2, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(this.message)).build())
			.build()
			.toByteArray();
	}

}
