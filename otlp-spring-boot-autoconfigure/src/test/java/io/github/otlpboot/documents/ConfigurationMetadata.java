package io.github.otlpboot.documents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.otlpboot.autoconfigure.OtlpProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;

/**
 * What the metadata of configuration says of properties.
 */
final class ConfigurationMetadata {

	private static final String GENERATED = "META-INF/spring-configuration-metadata.json";

	private static final String ADDITIONAL = "META-INF/additional-spring-configuration-metadata.json";

	private static final Map<String, Property> ALL = readAll();

	private ConfigurationMetadata() {
	}

	/**
	 * Return the properties of this library: those that the compiler has found, and those
	 * that were written by hand.
	 * @return the properties by name
	 */
	static Map<String, Property> ours() {
		Map<String, Property> properties = new TreeMap<>();
		ClassLoader loader = OtlpProperties.class.getClassLoader();
		URL home = OtlpProperties.class.getProtectionDomain().getCodeSource().getLocation();
		for (String name : List.of(GENERATED, ADDITIONAL)) {
			resources(loader, name).stream()
				.filter((resource) -> resource.toString().startsWith(home.toString()))
				.forEach((resource) -> properties.putAll(read(resource)));
		}
		return properties;
	}

	/**
	 * Return the properties of every library on the class path.
	 * @return the properties by name
	 */
	static Map<String, Property> all() {
		return ALL;
	}

	private static Map<String, Property> readAll() {
		Map<String, Property> properties = new TreeMap<>(ours());
		resources(OtlpProperties.class.getClassLoader(), GENERATED)
			.forEach((resource) -> properties.putAll(read(resource)));
		return properties;
	}

	private static List<URL> resources(ClassLoader loader, String name) {
		try {
			return Collections.list(loader.getResources(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, Property> read(URL resource) {
		Map<String, Property> properties = new TreeMap<>();
		try (InputStream input = resource.openStream()) {
			Map<String, Object> json = JsonParserFactory.getJsonParser()
				.parseMap(new String(input.readAllBytes(), StandardCharsets.UTF_8));
			for (Object entry : (List<?>) json.get("properties")) {
				Map<?, ?> property = (Map<?, ?>) entry;
				String name = (String) property.get("name");
				properties.put(name,
						new Property((String) property.get("type"), property.get("defaultValue"),
								(String) property.get("description"),
								property.containsKey("deprecated") || property.containsKey("deprecation")));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return properties;
	}

	/**
	 * What is known of a property.
	 *
	 * @param type the name of its type
	 * @param defaultValue its default, {@code null} if it has none
	 * @param description a text
	 * @param deprecated whether it should not be used any more
	 */
	record Property(@Nullable String type, @Nullable Object defaultValue, @Nullable String description,
			boolean deprecated) {

	}

}
