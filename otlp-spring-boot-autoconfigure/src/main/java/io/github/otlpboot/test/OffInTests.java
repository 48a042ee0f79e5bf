package io.github.otlpboot.test;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;

/**
 * Properties that switch telemetry off. Each is answered when it is asked for: only then
 * is it known whether the test has switched it on, be it by a property that an
 * initializer adds, or a dynamic one.
 */
final class OffInTests extends EnumerablePropertySource<Object> {

	static final String ENABLED = "otlp.enabled";

	/** With the pipeline alone off, Spring Boot's own exporters would come back. */
	private static final Set<String> EXPORTERS = Set.of("management.otlp.metrics.export.enabled",
			"management.tracing.export.otlp.enabled", "management.logging.export.otlp.enabled");

	/**
	 * Not the source, or Spring Boot would look for more properties in it, without end.
	 */
	private final Environment environment;

	/**
	 * Create the properties.
	 * @param environment that of the test, in which sources above this one may say
	 * otherwise
	 */
	OffInTests(Environment environment) {
		super("otlpOffInTests");
		this.environment = environment;
	}

	@Override
	public String[] getPropertyNames() {
		String[] names = EXPORTERS.toArray(new String[EXPORTERS.size() + 1]);
		names[EXPORTERS.size()] = ENABLED;
		return names;
	}

	@Override
	public @Nullable Object getProperty(String name) {
		if (name.equals(ENABLED)) {
			return false;
		}
		return (EXPORTERS.contains(name) && isOff()) ? false : null;
	}

	/**
	 * Return whether nothing above says otherwise.
	 * @return {@code true} if telemetry is off
	 */
	boolean isOff() {
		return !Binder.get(this.environment).bind(ENABLED, Boolean.class).orElse(false);
	}

}
