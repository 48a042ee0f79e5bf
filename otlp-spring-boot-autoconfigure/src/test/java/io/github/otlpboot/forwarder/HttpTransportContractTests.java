package io.github.otlpboot.forwarder;

/**
 * {@link TransportContractTests} for OTLP over HTTP.
 */
class HttpTransportContractTests extends TransportContractTests {

	@Override
	TestDestination open() {
		return new HttpDestination();
	}

}
