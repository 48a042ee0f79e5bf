package io.github.otlpboot;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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

	private static final Pattern PACKAGE_ROW = Pattern.compile("(?m)^\\| `([a-z0-9.]+)` .*\\|.*\\|.*\\|$");

	private static final Pattern THREAD = Pattern.compile("new (?:Worker)?Thread\\((?:\\w+, )?\"(otlp-[a-z]+)-?\"");

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

	@Test
	@DisplayName("M09: packages")
	void everyPackageHasARowAndEachRowIsAPackage() throws IOException {
		Path root = Path.of("src", "main", "java", "io", "github", "otlpboot");
		Set<String> packages;
		try (Stream<Path> files = Files.walk(root)) {
			packages = files.filter((file) -> file.endsWith("package-info.java"))
				.map((file) -> root.relativize(file.getParent()).toString().replace(File.separatorChar, '.'))
				// The document tells of these children together.
				.map((name) -> name.startsWith("autoconfigure.") ? "autoconfigure" : name)
				.collect(Collectors.toSet());
		}
		assertThat(found(PACKAGE_ROW)).containsExactlyInAnyOrderElementsOf(packages);
	}

	@Test
	@DisplayName("M09: threads")
	void everyThreadIsTold() throws IOException {
		Set<String> threads = new HashSet<>();
		try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
			for (Path source : sources.filter(Files::isRegularFile).toList()) {
				threads.addAll(found(THREAD, Files.readString(source)));
			}
		}
		assertThat(threads).contains("otlp-storage", "otlp-forwarder").hasSizeGreaterThan(3);
		assertThat(Files.readString(DOCUMENT)).contains(threads.stream().map((name) -> "`" + name).toList());
	}

	@Test
	@DisplayName("M09: technology stack with versions")
	void versionsAreThoseOfTheBuild() throws IOException {
		String pom = Files.readString(Path.of("..", "pom.xml"));
		String document = Files.readString(DOCUMENT);
		assertThat(document).contains("Java " + version(pom, "java"), "Spring Boot " + version(pom, "spring-boot"),
				"Error Prone " + version(pom, "error-prone"), "NullAway " + version(pom, "nullaway"));
		assertThat(document).contains("OpenTelemetry " + onClassPath("opentelemetry-sdk"),
				"Micrometer " + onClassPath("micrometer-core"));
	}

	private static String version(String pom, String name) {
		return found(Pattern.compile("<" + name + "\\.version>([^<]+)</"), pom).get(0);
	}

	private static String onClassPath(String artifact) {
		return found(Pattern.compile("/" + artifact + "-([0-9][0-9.]*)\\.jar"),
				System.getProperty("java.class.path").replace(File.separatorChar, '/'))
			.get(0);
	}

	private static List<String> found(Pattern pattern) throws IOException {
		return found(pattern, Files.readString(DOCUMENT));
	}

	private static List<String> found(Pattern pattern, String text) {
		List<String> found = new ArrayList<>();
		Matcher matcher = pattern.matcher(text);
		while (matcher.find()) {
			found.add(matcher.group(1));
		}
		return found;
	}

}
