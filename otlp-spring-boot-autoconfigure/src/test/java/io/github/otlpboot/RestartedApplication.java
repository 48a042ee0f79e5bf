package io.github.otlpboot;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.otlpboot.pipeline.Pipeline;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that has Spring Boot's devtools restart it, as a changed class does, and
 * tells in the end what is left of the class loaders before. Devtools are on the class
 * path of its process only.
 */
public final class RestartedApplication {

	static final int RESTARTS = 20;

	static final int SPANS = 5;

	private static final String RESTARTER = "org.springframework.boot.devtools.restart.Restarter";

	private RestartedApplication() {
	}

	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = SpringApplication.run(Telemetry.class, args);
		Restarter restarter = Restarter.ofDevtools();
		List<WeakReference<ClassLoader>> loaders = restarter.loaders();
		makeTelemetry(context);
		System.out.println("@slot " + Objects.requireNonNull(context.getBean(Pipeline.class).storage()).slot() + " "
				+ Pipeline.class.getClassLoader().getClass().getSimpleName());
		if (loaders.size() < RESTARTS) {
			loaders.add(new WeakReference<>(RestartedApplication.class.getClassLoader()));
			restarter.restart();
			return;
		}
		// The last threads of the context before may need a moment to end.
		await().pollInSameThread().untilAsserted(() -> {
			System.gc();
			assertThat(loaders).allMatch((loader) -> loader.get() == null);
		});
		System.out.println("@end locks=" + System.getProperties()
			.stringPropertyNames()
			.stream()
			.filter((name) -> name.startsWith("io.github.otlpboot.lock."))
			.count());
	}

	private static void makeTelemetry(ConfigurableApplicationContext context) {
		for (int i = 0; i < SPANS; i++) {
			context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
		}
		context.getBean(MeterRegistry.class).counter("work").increment();
		LoggerFactory.getLogger(RestartedApplication.class).info("work");
	}

	/**
	 * That of devtools, which outlives all restarts.
	 */
	private record Restarter(Class<?> type, Object instance) {

		static Restarter ofDevtools() throws ReflectiveOperationException {
			Class<?> type = Class.forName(RESTARTER);
			return new Restarter(type, type.getMethod("getInstance").invoke(null));
		}

		@SuppressWarnings("unchecked")
		List<WeakReference<ClassLoader>> loaders() throws ReflectiveOperationException {
			ObjectFactory<Object> none = ArrayList::new;
			return (List<WeakReference<ClassLoader>>) this.type
				.getMethod("getOrAddAttribute", String.class, ObjectFactory.class)
				.invoke(this.instance, "loaders", none);
		}

		void restart() throws ReflectiveOperationException {
			this.type.getMethod("restart").invoke(this.instance);
		}

	}

	/**
	 * The application itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Telemetry {

	}

}
