package io.github.otlpboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.pipeline.CredentialStatus;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown to whom. The credential of {@code otlp.forwarder.authentication} goes
 * only to where {@code otlp.forwarder.endpoint} and its like lead, and what beans supply
 * not to where connection details lead: a container of a test must not see what belongs
 * to production. Made for every transport.
 * <p>
 * Thread-safe: immutable, but for a list that may be added to while it is read.
 */
final class Security {

	private final SslBundleLookup ssl;

	private final @Nullable Credential credential;

	private final @Nullable Supplier<List<HeadersSupplier>> suppliers;

	private final long since;

	private final List<AttemptHeaders> handedOut = new CopyOnWriteArrayList<>();

	/**
	 * Create it.
	 * @param ssl the SSL bundles
	 * @param credential the credential of {@code otlp.forwarder.authentication},
	 * {@code null} if there is none
	 * @param suppliers the beans of the user, in order, {@code null} if there are none;
	 * not asked for before the first attempt, because what they need may need the
	 * pipeline
	 * @param since when the application started, in milliseconds since the epoch
	 */
	Security(SslBundleLookup ssl, @Nullable Credential credential, @Nullable Supplier<List<HeadersSupplier>> suppliers,
			long since) {
		this.ssl = ssl;
		this.credential = credential;
		this.suppliers = suppliers;
		this.since = since;
	}

	SslBundleLookup ssl() {
		return this.ssl;
	}

	/**
	 * Return whether anything can change.
	 * @return {@code true} if it is worth while to look
	 */
	boolean isRenewable() {
		return this.suppliers != null || isCredentialRefreshable();
	}

	/**
	 * Look whether the credential has changed. Called by one thread.
	 * @return {@code true} if it has
	 */
	boolean refreshCredential() {
		return this.credential != null && isCredentialRefreshable() && this.credential.refresh();
	}

	private boolean isCredentialRefreshable() {
		return this.credential != null && this.credential.isRefreshable();
	}

	/**
	 * Ask the beans of the user whether they have something new.
	 * @return {@code true} if any signal's next attempt would carry other headers
	 */
	boolean isSupplyRenewed() {
		return this.handedOut.stream().anyMatch(AttemptHeaders::isRenewed);
	}

	/**
	 * Return what supplies the headers that change.
	 * @param endpoint where they go
	 * @return the supplier, to be asked at each attempt
	 */
	HeadersSupplier headers(SignalEndpoint endpoint) {
		Credential own = credential(endpoint);
		Supplier<List<HeadersSupplier>> asked = suppliers(endpoint);
		if (own == null && asked == null) {
			return HeadersSupplier.NONE;
		}
		AttemptHeaders headers = new AttemptHeaders(own, (asked != null) ? asked : List::of);
		this.handedOut.add(headers);
		return headers;
	}

	/**
	 * Return where the credential for an endpoint comes from.
	 * @param endpoint where it goes
	 * @return tells it as of now; {@code null} if there is none
	 */
	@Nullable Supplier<CredentialStatus> status(SignalEndpoint endpoint) {
		Credential own = credential(endpoint);
		if (own != null) {
			return own::status;
		}
		List<String> sources = new ArrayList<>();
		if (!endpoint.headers().isEmpty()) {
			sources.add(endpoint.headersProperty());
		}
		boolean supplied = suppliers(endpoint) != null;
		if (supplied) {
			sources.add("HeadersSupplier");
		}
		CredentialStatus status = new CredentialStatus(String.join(", ", sources), supplied ? 0 : this.since);
		return sources.isEmpty() ? null : () -> status;
	}

	/**
	 * Check that no other header takes the place of the credential.
	 * @param endpoint the endpoint
	 * @throws InvalidOtlpPropertyException if one does
	 */
	void check(SignalEndpoint endpoint) {
		Credential own = credential(endpoint);
		if (own == null) {
			return;
		}
		for (String name : endpoint.headers().keySet()) {
			if (name.equalsIgnoreCase(own.headerName())) {
				throw new InvalidOtlpPropertyException(endpoint.headersProperty(), null,
						"sets '" + name + "', and so does '" + own.status().source() + "'",
						"Remove one of the two; there can be one credential only.");
			}
		}
	}

	/**
	 * Check that a transport can send the credential.
	 * @param endpoint the endpoint
	 * @param check throws if it cannot send a header, without showing its value
	 * @throws InvalidOtlpPropertyException if it cannot
	 */
	void check(SignalEndpoint endpoint, BiConsumer<String, String> check) {
		Credential own = credential(endpoint);
		if (own == null) {
			return;
		}
		try {
			check.accept(own.headerName(), own.headerValue());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidOtlpPropertyException(own.status().source(), null, "cannot be sent: " + ex.getMessage(),
					"Use a credential of printable ASCII characters, and a header that the client does not set itself.");
		}
	}

	private @Nullable Credential credential(SignalEndpoint endpoint) {
		return (endpoint.source() == Source.OTLP) ? this.credential : null;
	}

	private @Nullable Supplier<List<HeadersSupplier>> suppliers(SignalEndpoint endpoint) {
		return (endpoint.source() != Source.CONNECTION_DETAILS) ? this.suppliers : null;
	}

}
