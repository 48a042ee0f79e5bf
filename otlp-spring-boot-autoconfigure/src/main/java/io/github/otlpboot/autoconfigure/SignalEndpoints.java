package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * Decides where a signal goes where several sources of configuration speak of it.
 */
final class SignalEndpoints {

	private static final Logger logger = LoggerFactory.getLogger(SignalEndpoints.class);

	private final OtlpProperties.Forwarder properties;

	private final List<SignalEndpoint> others;

	private final SslBundleLookup ssl;

	/**
	 * Create a decision.
	 * @param properties {@code otlp.forwarder.*}
	 * @param others what other sources say
	 * @param ssl the SSL bundles
	 */
	SignalEndpoints(OtlpProperties.Forwarder properties, List<SignalEndpoint> others, SslBundleLookup ssl) {
		this.properties = properties;
		this.others = List.copyOf(others);
		this.ssl = ssl;
	}

	/**
	 * Return where a signal goes. A disagreement is logged.
	 * @param signal the signal
	 * @return the endpoint, {@code null} if no source names one
	 */
	@Nullable SignalEndpoint resolve(Signal signal) {
		List<SignalEndpoint> candidates = candidates(signal);
		if (candidates.isEmpty()) {
			return null;
		}
		SignalEndpoint chosen = candidates.get(0);
		for (SignalEndpoint other : candidates) {
			if (!other.url().equals(chosen.url())) {
				logger.warn("{} go to {} as {} says; {} says otherwise and is ignored", signal.itemName(),
						chosen.shownUrl(), chosen.configuredBy(), other.configuredBy());
			}
		}
		warnOfUnused(chosen);
		return chosen;
	}

	/**
	 * Return where a signal might go. Nothing is logged.
	 * @param signal the signal
	 * @return what the sources say, the one that counts first
	 */
	List<SignalEndpoint> candidates(Signal signal) {
		List<SignalEndpoint> candidates = new ArrayList<>();
		this.others.stream().filter((other) -> other.signal() == signal).forEach(candidates::add);
		SignalEndpoint own = own(signal);
		if (own != null) {
			candidates.add(own);
		}
		candidates.sort(Comparator.comparing(SignalEndpoint::source));
		return candidates;
	}

	private void warnOfUnused(SignalEndpoint chosen) {
		List<String> unused = this.properties.security();
		if (chosen.source() != Source.OTLP && !unused.isEmpty()) {
			logger.warn("{} are not used for {}, because not otlp.forwarder.endpoint but {} says where these go",
					String.join(", ", unused), chosen.signal().itemName(), chosen.configuredBy());
		}
	}

	private @Nullable SignalEndpoint own(Signal signal) {
		String ofSignal = this.properties.of(signal).endpoint();
		if (ofSignal != null && !ofSignal.isBlank()) {
			String property = EndpointProperties.ofSignal(signal);
			return own(signal, ForwarderUrl.complete(property, ofSignal), property);
		}
		String base = this.properties.endpoint();
		if (base != null && !base.isBlank()) {
			ForwarderUrl.requireNoPathOfSignal(EndpointProperties.BASE, base);
			return own(signal, ForwarderUrl.ofBase(EndpointProperties.BASE, base, signal), EndpointProperties.BASE);
		}
		return null;
	}

	private SignalEndpoint own(Signal signal, URI url, String property) {
		String bundle = this.properties.ssl().bundle();
		SslBundle sslBundle = StringUtils.hasText(bundle) ? this.ssl.bundle("otlp.forwarder.ssl.bundle", bundle) : null;
		return new SignalEndpoint(signal, Source.OTLP, url.toString(), property, this.properties.headers(), sslBundle,
				null, null, null, null);
	}

}
