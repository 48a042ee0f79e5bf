package io.github.otlpboot.sample;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets all that is waited for take half a minute where nothing else is said. Awaitility's
 * ten seconds are little for what needs a processor while several builds share two. It is
 * found by {@code META-INF/services}.
 */
public final class Patience implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
	}

}
