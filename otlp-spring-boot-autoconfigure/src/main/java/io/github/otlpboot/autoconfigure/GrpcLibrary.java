package io.github.otlpboot.autoconfigure;

import java.util.List;

import org.springframework.util.ClassUtils;

/**
 * Tells whether gRPC can be spoken.
 */
final class GrpcLibrary {

	private static final String API = "io.grpc.ManagedChannelBuilder";

	private static final List<String> TRANSPORTS = List.of("io.grpc.netty.NettyChannelBuilder",
			"io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder", "io.grpc.okhttp.OkHttpChannelBuilder");

	private GrpcLibrary() {
	}

	/**
	 * Return whether grpc-java is on the class path, with one of its transports.
	 * @return {@code true} if both are
	 */
	static boolean isPresent() {
		return ClassUtils.isPresent(API, null)
				&& TRANSPORTS.stream().anyMatch((transport) -> ClassUtils.isPresent(transport, null));
	}

}
