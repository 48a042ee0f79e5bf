package io.github.otlpboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * M09: the architecture document has its sections, and whatever it names is there.
 */
class ArchitectureDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "ARCHITECTURE.md");

	private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

	/** A name in code that can only be one of a class: two capitals and small letters. */
	private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+[A-Za-z0-9]*)`");

	/** What others have written. */
	private static final Set<String> OF_OTHERS = Set.of("CompositeSpanExporter", "FileChannel", "LockSupport",
			"OtlpHttpSpanExporter", "OtlpHttpLogRecordExporter", "OtlpHttpMetricExporter", "SpanExporters",
			"BatchLogRecordProcessor", "MeterProvider", "OtlpMetricsSender", "CircuitBreakerRegistry",
			"SdkMeterProviderBuilderCustomizer", "OtlpTracingConnectionDetails", "OtlpLoggingConnectionDetails",
			"OtlpMetricsConnectionDetails", "LongSupplier", "OpenTelemetryAppender", "PreDestroy");

	@ParameterizedTest
	@DisplayName("M09")
	@ValueSource(strings = { "System overview", "Packages", "Data flow", "Component interactions", "Files",
			"Key decisions", "Technology stack", "Deployment: threads, files and memory", "Extension points" })
	void documentHasTheSection(String section) throws IOException {
		assertThat(Files.readAllLines(DOCUMENT)).contains("## " + section);
	}

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<String> links = found(LINK).stream().filter((link) -> !link.startsWith("http")).toList();
		assertThat(links).hasSizeGreaterThan(10)
			.allSatisfy((link) -> assertThat(DOCUMENT.resolveSibling(link)).exists());
	}

	@Test
	void everyClassNamedIsThere() throws IOException {
		Set<String> ours;
		try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
			ours = sources.map((source) -> source.getFileName().toString())
				.filter((name) -> name.endsWith(".java"))
				.map((name) -> name.substring(0, name.length() - ".java".length()))
				.collect(Collectors.toSet());
		}
		assertThat(found(CLASS_NAME)).hasSizeGreaterThan(20)
			.allMatch((name) -> ours.contains(name) || OF_OTHERS.contains(name));
	}

	private static List<String> found(Pattern pattern) throws IOException {
		List<String> found = new ArrayList<>();
		Matcher matcher = pattern.matcher(Files.readString(DOCUMENT));
		while (matcher.find()) {
			found.add(matcher.group(1));
		}
		return found;
	}

}
