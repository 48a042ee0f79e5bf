/**
 * OTLP over gRPC, with grpc-java and whichever of its transports is on the class path.
 */
@NullMarked
package io.github.otlpboot.forwarder.grpc;

import org.jspecify.annotations.NullMarked;
