package io.github.otlpboot.forwarder;

/**
 * {@link TransportContractTests} for OTLP over gRPC.
 */
class GrpcTransportContractTests extends TransportContractTests {

	@Override
	TestDestination open() {
		return new GrpcDestination();
	}

}
