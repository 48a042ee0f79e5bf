package io.github.otlpboot.documents;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.OtlpProperties;
import io.github.otlpboot.autoconfigure.logs.OtlpLogsEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.micrometer.OtlpMicrometerEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesEndpointAutoConfiguration;
import io.github.otlpboot.documents.ConfigurationMetadata.Property;
import io.github.otlpboot.documents.Documents.Example;
import io.github.otlpboot.pipeline.Pipeline;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An example of configuration: of an application, which has to start with it and may use
 * no property that nobody knows; of Kubernetes, whose variables have to be such
 * properties; or of the OpenTelemetry Collector.
 *
 * @param example the example
 * @param files makes the files that it names
 */
record YamlExample(Example example, ExampleFiles files) {

	/** What an example takes from its surroundings. */
	private static final Map<String, String> PLACEHOLDERS = Map.of("TOKEN", "t0ken", "BACKEND_API_KEY", "k3y");

	/** Settings of OpenTelemetry's starter, which is not on the class path. */
	private static final Set<String> OF_OPENTELEMETRY = Set.of("otel.exporter.otlp.endpoint",
			"otel.exporter.otlp.headers", "otel.resource.attributes.deployment.environment.name", "otel.traces.sampler",
			"otel.traces.sampler.arg", "otel.metric.export.interval", "otel.logs.exporter");

	void run() throws Exception {
		Map<String, Object> properties = new LinkedHashMap<>();
		for (PropertySource<?> source : new YamlPropertySourceLoader().load("example",
				new ByteArrayResource(this.example.text().getBytes(StandardCharsets.UTF_8)))) {
			for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
				properties.put(name, source.getProperty(name));
			}
		}
		if (properties.containsKey("apiVersion")) {
			new KubernetesExample(properties).run();
		}
		else if (properties.keySet().stream().anyMatch((name) -> name.startsWith("receivers."))) {
			checkCollector(properties);
		}
		else if (properties.keySet().stream().allMatch((name) -> name.startsWith("otel."))) {
			assertThat(OF_OPENTELEMETRY).containsAll(properties.keySet());
		}
		else {
			start(properties);
		}
	}

	void runProperties() throws Exception {
		Properties properties = new Properties();
		properties.load(new StringReader(this.example.text()));
		Map<String, Object> map = new LinkedHashMap<>();
		properties.stringPropertyNames().forEach((name) -> map.put(name, properties.getProperty(name)));
		start(map);
	}

	private static void checkCollector(Map<String, Object> properties) {
		for (String kind : List.of("receivers", "exporters")) {
			String used = String.valueOf(properties.get("service.pipelines.traces." + kind + "[0]"));
			assertThat(properties.keySet()).anyMatch((name) -> name.startsWith(kind + "." + used + "."));
		}
		assertThat(properties.keySet())
			.anyMatch((name) -> name.startsWith("extensions." + properties.get("service.extensions[0]") + "."));
	}

	private void start(Map<String, Object> properties) throws Exception {
		checkNames(properties.keySet());
		Map<String, Object> local = new TreeMap<>();
		for (Map.Entry<String, Object> property : properties.entrySet()) {
			local.put(property.getKey(), this.files.localized(String.valueOf(property.getValue())));
		}
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("placeholders", new TreeMap<>(PLACEHOLDERS)));
		environment.getPropertySources().addFirst(new MapPropertySource("example", local));
		OtlpProperties bound = bind(environment);
		List<String> pairs = new ArrayList<>();
		PLACEHOLDERS.forEach((name, value) -> pairs.add(name + "=" + value));
		local.forEach((name, value) -> pairs.add(name + "=" + value));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, OtlpPipelineAutoConfiguration.class,
					OtlpTracesEndpointAutoConfiguration.class, OtlpLogsEndpointAutoConfiguration.class,
					OtlpMicrometerEndpointAutoConfiguration.class, OtlpTracingAutoConfiguration.class,
					OtlpLoggingAutoConfiguration.class))
			.withPropertyValues(pairs.toArray(String[]::new))
			.withPropertyValues("otlp.shutdown-timeout=0s", "spring.application.name=shop")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				if (bound.enabled() && properties.keySet().stream().anyMatch(YamlExample::namesEndpoint)) {
					assertThat(context).hasSingleBean(Pipeline.class);
					assertThat(context.getBean(Pipeline.class).status().targets()).isNotEmpty();
				}
				else {
					assertThat(context).doesNotHaveBean(Pipeline.class);
				}
			});
	}

	private static boolean namesEndpoint(String property) {
		return property.startsWith("otlp.forwarder.") && property.endsWith("endpoint")
				|| property.endsWith(".otlp.endpoint") || property.equals("management.otlp.metrics.export.url");
	}

	private static OtlpProperties bind(StandardEnvironment environment) {
		List<PropertySource<?>> example = StreamSupport.stream(environment.getPropertySources().spliterator(), false)
			.filter((source) -> source.getName().equals("example"))
			.toList();
		return new Binder(ConfigurationPropertySources.from(example),
				new PropertySourcesPlaceholdersResolver(environment))
			.bindOrCreate("otlp", Bindable.of(OtlpProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	/**
	 * See that each property is known to the library that it belongs to.
	 * @param names the names
	 */
	static void checkNames(Set<String> names) {
		Map<String, Property> known = ConfigurationMetadata.all();
		for (String name : names) {
			String property = known.containsKey(name) ? name : parent(name, known);
			assertThat(property).as("there is no property " + name).isNotNull();
			assertThat(known.get(property).deprecated()).as(name + " is deprecated").isFalse();
		}
	}

	// The longest name of which this one is an element.
	private static String parent(String name, Map<String, Property> known) {
		return known.entrySet()
			.stream()
			.filter((entry) -> name.startsWith(entry.getKey() + ".") || name.startsWith(entry.getKey() + "["))
			.filter((entry) -> String.valueOf(entry.getValue().type()).matches("java\\.util\\.(Map|List|Set)<.*"))
			.map(Map.Entry::getKey)
			.max((first, second) -> Integer.compare(first.length(), second.length()))
			.orElse(null);
	}

}
