package io.github.otlpboot.documents;

import java.nio.file.Path;
import java.util.List;

import io.github.otlpboot.documents.Documents.Example;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * M20: every example in README.md and docs/*.md is executed, by its language. One whose
 * language or kind is not known fails.
 */
class ExamplesTests {

	@TempDir
	private static Path directory;

	static List<Example> examples() {
		return Documents.examples();
	}

	@ParameterizedTest
	@MethodSource("examples")
	@DisplayName("M20")
	void exampleWorks(Example example) throws Exception {
		switch (example.language()) {
			case "yaml" -> new YamlExample(example, new ExampleFiles(directory)).run();
			case "properties" -> new YamlExample(example, new ExampleFiles(directory)).runProperties();
			case "java" -> new JavaExample(example, directory).run();
			case "xml", "groovy" -> new DependencyExample(example).run();
			case "shell" -> new ShellExample(example, new ExampleFiles(directory)).run();
			// A diagram or a formula: nobody can run it, or would take it for something
			// to run.
			case "" -> assertThat(example.text()).doesNotContainPattern("(?m)^\\s*(\\$|curl|java|\\./mvnw|<dependency)")
				.containsPattern("[|=]|/ ");
			default -> throw new AssertionError("Nobody knows how to run " + example);
		}
	}

	@Test
	void thereAreExamplesOfEachLanguage() {
		assertThat(examples()).extracting(Example::language)
			.contains("yaml", "properties", "java", "xml", "groovy", "shell", "")
			.hasSizeGreaterThan(40);
	}

}
