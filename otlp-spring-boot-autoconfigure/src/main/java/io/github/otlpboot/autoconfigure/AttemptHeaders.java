package io.github.otlpboot.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.github.otlpboot.forwarder.HeadersSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one signal that change: the credential and what the beans of the user
 * supply, of which a later one wins. Thread-safe; no lock.
 */
final class AttemptHeaders implements HeadersSupplier {

	private final @Nullable Credential credential;

	private final Supplier<List<HeadersSupplier>> suppliers;

	/** What the beans have supplied last; {@code null} before the first attempt. */
	private volatile @Nullable Map<String, String> supplied;

	/**
	 * Create headers.
	 * @param credential the credential, {@code null} if there is none
	 * @param suppliers the beans, which are not asked for before the first attempt
	 */
	AttemptHeaders(@Nullable Credential credential, Supplier<List<HeadersSupplier>> suppliers) {
		this.credential = credential;
		this.suppliers = suppliers;
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		if (this.credential != null) {
			headers.put(this.credential.headerName(), this.credential.headerValue());
		}
		Map<String, String> asked = ask();
		this.supplied = asked;
		headers.putAll(asked);
		return headers;
	}

	/**
	 * Ask the beans whether they have something new. A signature, which differs each time
	 * it is asked for, is nothing new.
	 * @return {@code true} if the next attempt would carry other headers than the last
	 * one
	 */
	boolean isRenewed() {
		Map<String, String> last = this.supplied;
		if (last == null) {
			return false;
		}
		Map<String, String> now = ask();
		return !now.equals(last) && now.equals(ask());
	}

	private Map<String, String> ask() {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		this.suppliers.get().forEach((supplier) -> headers.putAll(supplier.headers()));
		return headers;
	}

}
