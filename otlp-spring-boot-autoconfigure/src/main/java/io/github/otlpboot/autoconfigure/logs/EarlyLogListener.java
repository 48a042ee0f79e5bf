package io.github.otlpboot.autoconfigure.logs;

import java.util.List;

import io.github.otlpboot.autoconfigure.EndpointProperties;
import io.github.otlpboot.exporter.OtlpLogbackAppender;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Attaches the Logback appender as soon as Spring Boot has set up logging, long before
 * there is a pipeline, so that the first lines of an application arrive too. Detaches it
 * if there never is one.
 */
final class EarlyLogListener implements ApplicationListener<SpringApplicationEvent>, Ordered {

	private static final boolean LOGBACK = ClassUtils.isPresent("ch.qos.logback.classic.LoggerContext",
			EarlyLogListener.class.getClassLoader())
			&& ClassUtils.isPresent("io.opentelemetry.api.logs.LoggerProvider",
					EarlyLogListener.class.getClassLoader());

	private static final List<String> SWITCHES = List.of("otlp.enabled", "otlp.exporter.logs.enabled",
			"otlp.exporter.logs.appender.enabled", "management.opentelemetry.enabled");

	EarlyLogListener() {
	}

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (!LOGBACK) {
			return;
		}
		if (event instanceof ApplicationEnvironmentPreparedEvent prepared && isWanted(prepared.getEnvironment())) {
			Early.attach();
		}
		else if (event instanceof ApplicationReadyEvent || event instanceof ApplicationFailedEvent) {
			Early.detachIfNotInstalled();
		}
	}

	private static boolean isWanted(Environment environment) {
		return EndpointProperties.areSet(environment, Signal.LOGS)
				&& SWITCHES.stream().allMatch((property) -> isOn(environment, property)) && isExported(environment);
	}

	// As Spring Boot decides: the exporter's own switch wins over the general one.
	private static boolean isExported(Environment environment) {
		Boolean otlp = get(environment, "management.logging.export.otlp.enabled");
		return (otlp != null) ? otlp : isOn(environment, "management.logging.export.enabled");
	}

	private static boolean isOn(Environment environment, String property) {
		return !Boolean.FALSE.equals(get(environment, property));
	}

	private static @Nullable Boolean get(Environment environment, String property) {
		return Binder.get(environment).bind(property, Boolean.class).orElse(null);
	}

	@Override
	public int getOrder() {
		return LoggingApplicationListener.DEFAULT_ORDER + 1;
	}

	/**
	 * All that needs Logback's classes.
	 */
	private static final class Early {

		static void attach() {
			LogbackRoot root = LogbackRoot.inUse();
			if (root != null && root.foreignAppender() == null) {
				root.attach();
			}
		}

		static void detachIfNotInstalled() {
			LogbackRoot root = LogbackRoot.inUse();
			OtlpLogbackAppender appender = (root != null) ? root.attached() : null;
			if (root != null && appender != null && !appender.isInstalled()) {
				root.detach();
			}
		}

	}

}
