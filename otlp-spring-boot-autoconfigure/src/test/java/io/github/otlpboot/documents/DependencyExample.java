package io.github.otlpboot.documents;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

import io.github.otlpboot.documents.Documents.Example;
import org.w3c.dom.Element;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An example of a dependency: the artifact is one of ours, in the present version, or one
 * that is on the class path and needs no version, because Spring Boot's BOM has it.
 *
 * @param example the example
 */
record DependencyExample(Example example) {

	private static final Pattern GRADLE = Pattern
		.compile("(?:implementation|runtimeOnly) '([^:']+):([^:']+)(?::([^']+))?'");

	/** What a migration removes. */
	private static final Set<String> REMOVED = Set
		.of("io.opentelemetry.instrumentation:opentelemetry-spring-boot-starter");

	void run() throws Exception {
		if (this.example.language().equals("groovy")) {
			Matcher matcher = GRADLE.matcher(this.example.text().strip());
			assertThat(matcher.matches()).isTrue();
			check(matcher.group(1), matcher.group(2), matcher.group(3));
			return;
		}
		Element dependency = element(this.example.text());
		assertThat(dependency.getTagName()).isEqualTo("dependency");
		check(text(dependency, "groupId"), text(dependency, "artifactId"), text(dependency, "version"));
	}

	private static void check(String group, String artifact, String version) throws Exception {
		if (group.equals("io.github.otlpboot")) {
			Element pom = element(Documents.read(Documents.ROOT.resolve(artifact).resolve("pom.xml")));
			assertThat(text(pom, "artifactId", 1)).isEqualTo(artifact);
			assertThat(version).isEqualTo(text(pom, "version"));
		}
		else if (!REMOVED.contains(group + ":" + artifact)) {
			assertThat(version).isNull();
			assertThat(System.getProperty("java.class.path").split(System.getProperty("path.separator"))).anyMatch(
					(jar) -> Path.of(jar).getFileName().toString().matches(Pattern.quote(artifact) + "-\\d.*\\.jar"));
			assertThat(group).isIn("io.grpc", "io.micrometer", "io.opentelemetry", "org.springframework.boot");
		}
	}

	private static Element element(String xml) throws Exception {
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
			.getDocumentElement();
	}

	private static String text(Element element, String name) {
		return text(element, name, 0);
	}

	private static String text(Element element, String name, int index) {
		return (element.getElementsByTagName(name).getLength() > index)
				? element.getElementsByTagName(name).item(index).getTextContent() : null;
	}

}
