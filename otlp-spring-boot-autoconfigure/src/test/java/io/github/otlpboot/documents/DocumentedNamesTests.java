package io.github.otlpboot.documents;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * M20: properties that documents name are properties, and links lead somewhere.
 */
class DocumentedNamesTests {

	private static final Pattern PROPERTY = Pattern
		.compile("`((?:otlp|management|spring)\\.[a-z0-9.*<>-]+)(?:[:=] ?[^`]*)?`");

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

	private final Set<String> properties = new HashSet<>(ConfigurationMetadata.all().keySet());

	private final Set<String> meters = meters();

	static List<Path> documents() {
		return Documents.all();
	}

	@ParameterizedTest
	@MethodSource("documents")
	@DisplayName("M20: properties")
	void everyPropertyNamedIsThere(Path document) {
		List<String> names = found(PROPERTY, Documents.read(document));
		assertThat(names).as(document.toString()).allMatch((name) -> isProperty(name) || this.meters.contains(name));
	}

	@ParameterizedTest
	@MethodSource("documents")
	@DisplayName("M20: links")
	void everyLinkLeadsSomewhere(Path document) {
		for (String link : found(LINK, Documents.read(document))) {
			if (link.startsWith("http")) {
				continue;
			}
			String[] parts = link.split("#", 2);
			Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
			assertThat(target).exists();
			if (parts.length > 1) {
				assertThat(anchors(target)).as(document + " to " + link).contains(parts[1]);
			}
		}
	}

	// Also the beginning of one, or a map that takes any name.
	private boolean isProperty(String written) {
		String name = written.replaceAll("\\.<signal>", ".traces").replaceAll("\\.\\*$", "");
		return this.properties.stream()
			.anyMatch((property) -> property.equals(name) || property.startsWith(name + ".")
					|| (name.startsWith(property + ".") && property.endsWith("headers")));
	}

	private static Set<String> anchors(Path document) {
		return found(HEADING, Documents.read(document)).stream()
			.map((heading) -> heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	// OperationsDocumentTests sees that these are the meters.
	private static Set<String> meters() {
		return Documents.read(Documents.docs("OPERATIONS.md"))
			.lines()
			.filter((line) -> line.startsWith("| `otlp.") || line.startsWith("| `otel."))
			.flatMap((line) -> Arrays.stream(line.split("`")))
			.filter((word) -> word.startsWith("otlp.") || word.startsWith("otel."))
			.collect(Collectors.toSet());
	}

	private static List<String> found(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.results().map((MatchResult result) -> result.group(1)).toList();
	}

}
