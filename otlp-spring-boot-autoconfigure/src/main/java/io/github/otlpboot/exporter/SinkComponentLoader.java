package io.github.otlpboot.exporter;

import java.util.List;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;

/**
 * Gives an exporter our sender as the only one there is, whatever senders the class path
 * holds, and leaves every other component to the service loader. Thread-safe.
 */
final class SinkComponentLoader implements ComponentLoader {

	private final HttpSenderProvider provider;

	private final ComponentLoader others;

	SinkComponentLoader(HttpSender sender) {
		this.provider = (config) -> sender;
		this.others = ComponentLoader.forClassLoader(SinkComponentLoader.class.getClassLoader());
	}

	@Override
	public <T> Iterable<T> load(Class<T> spiClass) {
		if (spiClass == HttpSenderProvider.class) {
			return List.of(spiClass.cast(this.provider));
		}
		return this.others.load(spiClass);
	}

	@Override
	public String toString() {
		return "SinkComponentLoader";
	}

}
