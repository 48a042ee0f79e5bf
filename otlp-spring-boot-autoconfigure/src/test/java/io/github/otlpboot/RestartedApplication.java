package io.github.otlpboot;

import java.lang.ref.WeakReference;
import java.time.Duration;
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
 * tells in the end what is left of the starts before. Devtools are on the class path of
 * its process only.
 */
public final class RestartedApplication {

	/** The property that says how many. */
	static final String RESTARTS = "otlp.restarts";

	static final int SPANS = 5;

	private static final String RESTARTER = "org.springframework.boot.devtools.restart.Restarter";

	private RestartedApplication() {
	}

	public static void main(String[] args) throws Exception {
		ConfigurableApplicationContext context = SpringApplication.run(Telemetry.class, args);
		Restarter restarter = Restarter.ofDevtools();
		List<WeakReference<ClassLoader>> loaders = restarter.attribute("loaders");
		List<WeakReference<Pipeline>> pipelines = restarter.attribute("pipelines");
		makeTelemetry(context);
		Pipeline pipeline = context.getBean(Pipeline.class);
		System.out.println("@start " + loaders.size() + " " + Objects.requireNonNull(pipeline.storage()).slot() + " "
				+ Pipeline.class.getClassLoader().getClass().getSimpleName());
		if (loaders.size() < Integer.getInteger(RESTARTS)) {
			loaders.add(new WeakReference<>(RestartedApplication.class.getClassLoader()));
			pipelines.add(new WeakReference<>(pipeline));
			restarter.restart();
			return;
		}
		Thread main = Thread.currentThread();
		// Not here: devtools hold the thread of the last restart until this one ends.
		new Thread(() -> tellWhatIsLeft(main, loaders, pipelines), "what-is-left").start();
	}

	private static void tellWhatIsLeft(Thread main, List<WeakReference<ClassLoader>> loaders,
			List<WeakReference<Pipeline>> pipelines) {
		// The last threads of the context before may need a moment to end.
		await().pollInSameThread().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			System.gc();
			assertThat(main.isAlive()).isFalse();
			assertThat(pipelines).extracting(WeakReference::get).containsOnlyNulls();
			// Spring Boot itself holds the first one, by its thread for the end of the
			// JVM and by its logging.
			assertThat(loaders.subList(1, loaders.size())).extracting(WeakReference::get).containsOnlyNulls();
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
		<T> List<T> attribute(String name) throws ReflectiveOperationException {
			ObjectFactory<Object> none = ArrayList::new;
			return (List<T>) this.type.getMethod("getOrAddAttribute", String.class, ObjectFactory.class)
				.invoke(this.instance, name, none);
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
