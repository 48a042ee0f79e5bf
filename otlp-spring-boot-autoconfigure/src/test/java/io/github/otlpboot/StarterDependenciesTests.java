package io.github.otlpboot;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What one dependency on the starter brings into an application: nothing that Spring Boot
 * does not manage, so that its security releases reach all of it.
 */
class StarterDependenciesTests {

	@Test
	@DisplayName("the starter brings two of Spring Boot's starters and us")
	void starterBringsSpringBootAndUs() throws Exception {
		assertThat(brought("../otlp-spring-boot-starter/pom.xml")).containsExactly(
				"io.github.otlpboot:otlp-spring-boot-autoconfigure",
				"org.springframework.boot:spring-boot-starter-opentelemetry",
				"org.springframework.boot:spring-boot-starter-actuator");
	}

	@Test
	@DisplayName("we bring what every application on Spring Boot has; the rest is optional")
	void weBringWhatEveryApplicationHas() throws Exception {
		assertThat(brought("pom.xml")).containsExactly("org.springframework.boot:spring-boot-autoconfigure",
				"org.slf4j:slf4j-api", "org.jspecify:jspecify");
	}

	/**
	 * Return the dependencies that reach an application, all of them without a version of
	 * ours.
	 */
	private static List<String> brought(String pom) throws Exception {
		Element project = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(Path.of(pom).toFile())
			.getDocumentElement();
		Element dependencies = children(project, "dependencies").get(0);
		return children(dependencies, "dependency").stream()
			.filter((dependency) -> !text(dependency, "optional").equals("true"))
			.filter((dependency) -> !List.of("test", "provided").contains(text(dependency, "scope")))
			.peek((dependency) -> assertThat(text(dependency, "version")).isEmpty())
			.map((dependency) -> text(dependency, "groupId") + ":" + text(dependency, "artifactId"))
			.toList();
	}

	private static String text(Element element, String name) {
		return children(element, name).stream().map((child) -> child.getTextContent().strip()).findFirst().orElse("");
	}

	private static List<Element> children(Element parent, String name) {
		NodeList nodes = parent.getChildNodes();
		return IntStream.range(0, nodes.getLength())
			.mapToObj(nodes::item)
			.filter(Element.class::isInstance)
			.map(Element.class::cast)
			.filter((child) -> child.getTagName().equals(name))
			.toList();
	}

}
