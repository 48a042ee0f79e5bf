package io.github.otlpboot.documents;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.otlpboot.documents.ConfigurationMetadata.Property;

/**
 * Writes the reference of all properties: a template with hand-written text, in which a
 * line <code>{{otlp.storage}}</code> stands for the table of the properties below that
 * name, and several names with a space between for one table of all of them. A property
 * goes to the table that names it most precisely; one that no table wants is a mistake,
 * and so is a table without properties.
 */
final class ConfigurationReference {

	private static final String TEMPLATE = "configuration-template.md";

	private static final Pattern TABLE = Pattern.compile("(?m)^\\{\\{(.+)}}$");

	/** Names that stand for one another, and what is written in their place. */
	private static final Pattern KIND = Pattern.compile("\\.(traces|metrics|logs|micrometer)\\.");

	private final Map<String, Property> properties = new TreeMap<>(ConfigurationMetadata.ours());

	/**
	 * Write the reference.
	 * @return the document
	 */
	String write() {
		String template = template();
		Map<String, List<String>> tables = new LinkedHashMap<>();
		Matcher matcher = TABLE.matcher(template);
		while (matcher.find()) {
			tables.put(matcher.group(1), new ArrayList<>());
		}
		this.properties.keySet().forEach((name) -> tables.get(home(name, tables)).add(name));
		return TABLE.matcher(template).replaceAll((table) -> {
			List<String> names = tables.get(table.group(1));
			if (names.isEmpty()) {
				throw new IllegalStateException("No property is below " + table.group(1));
			}
			return Matcher.quoteReplacement(table(names));
		});
	}

	private static String home(String name, Map<String, List<String>> tables) {
		String home = null;
		int length = 0;
		for (String table : tables.keySet()) {
			for (String prefix : table.split(" ")) {
				if ((name.equals(prefix) || name.startsWith(prefix + ".")) && prefix.length() > length) {
					home = table;
					length = prefix.length();
				}
			}
		}
		if (home == null) {
			throw new IllegalStateException("No table of " + TEMPLATE + " is for " + name);
		}
		return home;
	}

	private String table(List<String> names) {
		// Properties that differ in the signal only share a row.
		Map<String, List<String>> rows = new LinkedHashMap<>();
		for (String name : names) {
			Property property = this.properties.get(name);
			rows.computeIfAbsent(KIND.matcher(name).replaceFirst(".*.") + property, (key) -> new ArrayList<>())
				.add(name);
		}
		return "| property | values | default | meaning |\n|---|---|---|---|\n"
				+ rows.values().stream().map(this::row).collect(Collectors.joining("\n"));
	}

	private String row(List<String> names) {
		Property property = this.properties.get(names.get(0));
		String shown = names.stream().map((name) -> "`" + name + "`").collect(Collectors.joining("<br>"));
		return "| %s | %s | %s | %s |".formatted(shown, values(property), defaultValue(property),
				String.valueOf(property.description()).replace("|", "\\|"));
	}

	private static String defaultValue(Property property) {
		Object value = property.defaultValue();
		if (value == null) {
			return "none";
		}
		return "`" + (isChoice(property) ? value.toString().replace('_', '-') : value) + "`";
	}

	private static String values(Property property) {
		String type = String.valueOf(property.type());
		if (isChoice(property)) {
			return Arrays.stream(choice(type).getEnumConstants())
				.map((constant) -> "`" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
				.collect(Collectors.joining(", "));
		}
		return switch (type) {
			case "java.lang.Boolean" -> "`true`, `false`";
			case "java.lang.String" -> "text";
			case "java.lang.Integer" -> "whole number";
			case "java.lang.Double", "java.lang.Float" -> "number";
			case "java.time.Duration" -> "duration";
			case "org.springframework.util.unit.DataSize" -> "size";
			case "java.util.List<java.lang.String>" -> "list";
			case "java.util.Map<java.lang.String,java.lang.String>" -> "names and values";
			default -> throw new IllegalStateException("There is no word for " + type);
		};
	}

	private static boolean isChoice(Property property) {
		String type = String.valueOf(property.type());
		return !type.startsWith("java.") && !type.startsWith("org.springframework.util.unit.");
	}

	private static Class<?> choice(String type) {
		try {
			return Class.forName(type);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String template() {
		try (InputStream input = ConfigurationReference.class.getResourceAsStream(TEMPLATE)) {
			if (input == null) {
				throw new IllegalStateException("There is no " + TEMPLATE);
			}
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
