package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;

/**
 * Makes transports that speak OTLP over HTTP.
 */
final class HttpTransportFactory implements TransportFactory {

	private final HttpConnectors connectors;

	private final StatusPolicy answers;

	private final Security security;

	HttpTransportFactory(HttpConnectors connectors, StatusPolicy answers, Security security) {
		this.connectors = connectors;
		this.answers = answers;
		this.security = security;
	}

	@Override
	public Transport create(RequestSettings request) {
		SignalEndpoint endpoint = request.endpoint();
		HttpTransportSettings settings = request.checkHeaders(() -> new HttpTransportSettings(request.url(),
				endpoint.headers(), request.compression(), this.answers, HttpTransportSettings.DEFAULT_USER_AGENT));
		this.security.check(endpoint, HttpTransportSettings::check);
		return this.connectors.connector(request.connectTimeout(), endpoint)
			.transport(settings, this.security.headers(endpoint));
	}

	@Override
	public String shownUrl(RequestSettings request) {
		return request.endpoint().shownUrl();
	}

}
