package io.github.otlpboot.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.github.otlpboot.documents.ConfigurationMetadata.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * M20: the reference of all properties is what the metadata says. With
 * {@code -Ddocuments.write} it is written instead.
 */
class ConfigurationDocumentTests {

	private static final Path DOCUMENT = Documents.docs("CONFIGURATION.md");

	private static final String COMMAND = "./mvnw -q -pl otlp-spring-boot-autoconfigure test"
			+ " -Dtest=ConfigurationDocumentTests -Ddocuments.write";

	@Test
	@DisplayName("M20")
	void referenceIsCurrent() throws IOException {
		String reference = new ConfigurationReference().write();
		if (System.getProperty("documents.write") != null) {
			Files.writeString(DOCUMENT, reference);
		}
		assertThat(DOCUMENT).as("docs/CONFIGURATION.md is not current; this command writes it: " + COMMAND)
			.hasContent(reference);
		assertThat(reference).contains(COMMAND);
	}

	@Test
	void referenceHasEveryProperty() {
		String document = Documents.read(DOCUMENT);
		Map<String, Property> properties = ConfigurationMetadata.ours();
		assertThat(properties).hasSizeGreaterThan(60);
		properties.forEach((name, property) -> {
			assertThat(document).contains("`" + name + "`");
			// Boot's own phrases end without a full stop where they are generated.
			assertThat(property.description()).as(name).isNotBlank().doesNotContain("{@", "<", "&");
		});
	}

}
