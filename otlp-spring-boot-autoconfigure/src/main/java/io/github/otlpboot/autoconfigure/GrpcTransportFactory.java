package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcTransportSettings;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;

/**
 * Makes transports that speak OTLP over gRPC, where the library is on the class path. Of
 * a URL only scheme and authority count.
 */
final class GrpcTransportFactory implements TransportFactory {

	private final GrpcConnectors connectors;

	private final CodePolicy answers;

	private final Security security;

	GrpcTransportFactory(GrpcConnectors connectors, CodePolicy answers, Security security) {
		this.connectors = connectors;
		this.answers = answers;
		this.security = security;
	}

	@Override
	public Transport create(RequestSettings request) {
		if (!GrpcLibrary.isPresent()) {
			throw new InvalidOtlpPropertyException("otlp.forwarder.transport", "grpc",
					"needs grpc-java, which is not on the class path",
					"Add the dependency 'io.grpc:grpc-netty' (or 'io.grpc:grpc-netty-shaded', which brings a Netty of "
							+ "its own), or remove the property to use HTTP.");
		}
		SignalEndpoint endpoint = request.endpoint();
		GrpcTransportSettings settings = request
			.checkHeaders(() -> new GrpcTransportSettings(request.url(), endpoint.headers(),
					request.compression() == Compression.GZIP, this.answers, HttpTransportSettings.DEFAULT_USER_AGENT));
		this.security.check(endpoint, GrpcTransportSettings::check);
		return this.connectors.connector(request.connectTimeout(), endpoint)
			.transport(settings, this.security.headers(endpoint));
	}

	@Override
	public String shownUrl(RequestSettings request) {
		return ForwarderUrl.server(request.url());
	}

}
