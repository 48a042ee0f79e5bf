package io.github.otlpboot.autoconfigure;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Finds the SSL bundles that settings name, and tells when one is renewed. Made for every
 * transport. Thread-safe: immutable.
 */
final class SslBundleLookup {

	private static final Logger logger = LoggerFactory.getLogger(SslBundleLookup.class);

	private final @Nullable SslBundles bundles;

	private final Runnable afterRenewal;

	/**
	 * Create a lookup.
	 * @param bundles the bundles, {@code null} if there are none
	 * @param afterRenewal has the routes that wait try again
	 */
	SslBundleLookup(@Nullable SslBundles bundles, Runnable afterRenewal) {
		this.bundles = bundles;
		this.afterRenewal = afterRenewal;
	}

	/**
	 * Return a bundle.
	 * @param property the property that names it
	 * @param name its name
	 * @return the bundle
	 * @throws InvalidOtlpPropertyException if there is none of that name
	 */
	SslBundle bundle(String property, String name) {
		try {
			if (this.bundles != null) {
				return this.bundles.getBundle(name);
			}
		}
		catch (NoSuchSslBundleException ex) {
			// Told below
		}
		throw new InvalidOtlpPropertyException(property, name,
				"names an SSL bundle that does not exist; there are: "
						+ ((this.bundles != null) ? this.bundles.getBundleNames() : "none"),
				"Define it with 'spring.ssl.bundle.pem." + name + "' or 'spring.ssl.bundle.jks." + name
						+ "', or set the property to the name of one that exists.");
	}

	/**
	 * Have somebody told whenever a bundle is renewed, and the routes that wait try again
	 * after that.
	 * @param bundle the bundle, as some source of configuration has handed it over
	 * @param handler takes its successor; what it throws leaves the old one in use
	 */
	void onRenewal(SslBundle bundle, Consumer<SslBundle> handler) {
		String name = name(bundle);
		if (this.bundles == null || name == null) {
			// Made by hand, so nobody renews it
			return;
		}
		this.bundles.addBundleUpdateHandler(name, (renewed) -> {
			try {
				handler.accept(renewed);
				logger.info("The certificates of SSL bundle '{}' have been renewed", name);
				this.afterRenewal.run();
			}
			catch (RuntimeException ex) {
				logger.warn("The renewed SSL bundle '{}' cannot be used, the last one is kept: {}", name,
						ex.getMessage());
			}
		});
	}

	private @Nullable String name(SslBundle bundle) {
		if (this.bundles == null) {
			return null;
		}
		for (String name : this.bundles.getBundleNames()) {
			if (this.bundles.getBundle(name) == bundle) {
				return name;
			}
		}
		return null;
	}

}
