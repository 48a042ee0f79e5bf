package io.github.otlpboot.documents;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.otlpboot.autoconfigure.OtlpProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A workload of Kubernetes: its variables are properties, what it mounts is there and
 * large enough, and it is given the time to end.
 *
 * @param manifest the flat names and values of a manifest
 */
record KubernetesExample(Map<String, Object> manifest) {

	private static final String CONTAINER = "spec.template.spec.containers[0].";

	/** Spring Boot's default of spring.lifecycle.timeout-per-shutdown-phase. */
	private static final Duration GRACEFUL = Duration.ofSeconds(30);

	/** Until the storage is closed, before and after the last delivery. */
	private static final Duration STORAGE = Duration.ofSeconds(4);

	void run() {
		assertThat(value("kind")).isIn("Deployment", "StatefulSet");
		assertThat(value("spec.selector.matchLabels.app")).isEqualTo(value("spec.template.metadata.labels.app"));
		OtlpProperties properties = bindVariables();
		Set<String> volumes = new HashSet<>(values("spec\\.template\\.spec\\.volumes\\[\\d+]\\.name"));
		volumes.addAll(values("spec\\.volumeClaimTemplates\\[\\d+]\\.metadata\\.name"));
		assertThat(values(Pattern.quote(CONTAINER) + "volumeMounts\\[\\d+]\\.name"))
			.containsExactlyInAnyOrderElementsOf(volumes);
		String directory = properties.storage().directory();
		if (directory != null) {
			assertThat(values(Pattern.quote(CONTAINER) + "volumeMounts\\[\\d+]\\.mountPath"))
				.anyMatch((path) -> directory.startsWith(path + "/"));
		}
		assertThat(values(".*(sizeLimit|requests\\.storage)")).hasSize(1)
			.allMatch((size) -> size(size).compareTo(properties.storage().maxSize()) > 0);
		assertThat(Duration.ofSeconds(Long.parseLong(value("spec.template.spec.terminationGracePeriodSeconds"))))
			.isGreaterThan(GRACEFUL.plus(properties.shutdownTimeout()).plus(STORAGE));
		assertThat(values(".*Probe\\.httpGet\\.path"))
			.allMatch((path) -> path.matches("/actuator/health/(live|readi)ness"));
	}

	private OtlpProperties bindVariables() {
		Map<String, Object> variables = new HashMap<>();
		for (int i = 0; this.manifest.containsKey(CONTAINER + "env[" + i + "].name"); i++) {
			variables.put(value(CONTAINER + "env[" + i + "].name"), value(CONTAINER + "env[" + i + "].value"));
		}
		Set<String> known = ConfigurationMetadata.ours()
			.keySet()
			.stream()
			.map((name) -> name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT))
			.collect(Collectors.toSet());
		assertThat(known).containsAll(variables.keySet());
		OtlpProperties properties = new Binder(ConfigurationPropertySources
			.from(new SystemEnvironmentPropertySource("example-systemEnvironment", variables)))
			.bindOrCreate("otlp", Bindable.of(OtlpProperties.class));
		assertThat(properties.storage().maxSize())
			.isEqualTo(DataSize.parse((String) variables.get("OTLP_STORAGE_MAXSIZE")));
		return properties;
	}

	private static DataSize size(String kubernetes) {
		return DataSize.parse(kubernetes.replace("i", "") + "B");
	}

	private String value(String name) {
		return String.valueOf(this.manifest.get(name));
	}

	private List<String> values(String name) {
		return this.manifest.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().matches(name))
			.map((entry) -> String.valueOf(entry.getValue()))
			.toList();
	}

}
