package io.github.otlpboot.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.otlpboot.documents.Documents.Example;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.StorageFiles;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An example of commands, each of a kind that is known: builds, whose modules, tests and
 * switches have to be there; scripts of the repository; requests, which a test of the
 * sample makes; the storage tool, which is run.
 *
 * @param example the example
 * @param files makes the directory that the tool looks into
 */
record ShellExample(Example example, ExampleFiles files) {

	/** The commands that set the project up, which the CI runs as they are. */
	private static final String TEST = "./mvnw verify";

	private static final String RUN = "./mvnw -q -Dmaven.test.skip=true -pl sample-app -am package spring-boot:run";

	private static final String TOOL = "io.github.otlpboot.tool.StorageTool";

	private static final Path CI = Documents.ROOT.resolve(".ci");

	private static final Path REQUESTS = Documents.ROOT
		.resolve("sample-app/src/test/java/io/github/otlpboot/sample/DocumentedRequestsTests.java");

	/** Switches of Maven and its plugins. */
	private static final Set<String> OF_MAVEN = Set.of("test", "maven.test.skip", "surefire.failIfNoSpecifiedTests",
			"jacoco.skip", "rewrite.recipeArtifactCoordinates", "rewrite.activeRecipes", "rewrite.exportDatatables");

	private static final Pattern SWITCH = Pattern.compile("-D([\\w.-]+)(?:='?([^' ]+)'?)?");

	private static final Pattern MODULE = Pattern.compile("-pl ([\\w,-]+)");

	private static final Pattern PROFILE = Pattern.compile("-P([\\w-]+)");

	void run() throws Exception {
		for (String line : this.example.text().lines().toList()) {
			String command = line.replaceFirst("(^|\\s+)#.*", "").strip();
			if (!command.isEmpty()) {
				run(command);
			}
		}
	}

	private void run(String command) throws Exception {
		if (command.equals(TEST)) {
			assertThat(Documents.read(CI.resolve("run"))).contains("'./mvnw -B -ntp verify ");
		}
		else if (command.equals(RUN)) {
			assertThat(Documents.read(CI.resolve("readme"))).contains(RUN);
			assertThat(Documents.read(CI.resolve("run"))).contains(".ci/readme");
		}
		else if (command.startsWith("./mvnw ")) {
			checkBuild(command);
		}
		else if (command.startsWith(".ci/")) {
			assertThat(Documents.ROOT.resolve(command)).isExecutable();
		}
		else if (command.startsWith("curl ")) {
			assertThat(command).contains("localhost:8080/");
			assertThat(REQUESTS).as("what makes the requests").exists();
		}
		else if (command.startsWith("java ") && command.contains(TOOL)) {
			look(command);
		}
		else {
			throw new AssertionError("Nobody knows how to run " + command);
		}
	}

	private static void checkBuild(String command) throws IOException {
		Matcher modules = MODULE.matcher(command);
		assertThat(modules.find()).as(command).isTrue();
		List<Path> sources = new ArrayList<>();
		StringBuilder poms = new StringBuilder(Documents.read(Documents.ROOT.resolve("pom.xml")));
		for (String module : modules.group(1).split(",")) {
			Path home = Documents.ROOT.resolve(module);
			poms.append(Documents.read(home.resolve("pom.xml")));
			// The starter has none.
			Path source = home.resolve("src");
			try (Stream<Path> found = Files.exists(source) ? Files.walk(source) : Stream.empty()) {
				found.filter((file) -> file.toString().endsWith(".java")).forEach(sources::add);
			}
		}
		PROFILE.matcher(command)
			.results()
			.forEach((profile) -> assertThat(poms).containsPattern("<profile>\\s*<id>" + profile.group(1) + "</id>"));
		for (MatchResult found : SWITCH.matcher(command).results().toList()) {
			if (found.group(1).equals("test")) {
				assertThat(found.group(2).split(",")).allSatisfy((test) -> assertThat(sources)
					.anyMatch((source) -> source.getFileName().toString().equals(test + ".java")));
			}
			else if (!OF_MAVEN.contains(found.group(1))) {
				assertThat(sources).as("what reads " + found.group(1))
					.anyMatch((source) -> Documents.read(source).contains("\"" + found.group(1) + "\""));
			}
		}
	}

	private void look(String command) throws Exception {
		Path root = this.files.of("/var/lib/shop/otlp");
		if (!Files.exists(root)) {
			Files.createDirectories(root.getParent());
			try (StorageFiles storage = StorageFiles.in(root, "shop", Clock.systemUTC())) {
				storage.append(Signal.TRACES, request());
			}
		}
		if (command.startsWith("java -cp")) {
			assertThat(command)
				.startsWith("java -cp otlp-spring-boot-autoconfigure/target/otlp-spring-boot-autoconfigure-");
		}
		else {
			assertThat(command)
				.contains("-Dloader.main=" + TOOL + " -cp shop.jar org.springframework.boot.loader.launch.");
		}
		List<String> arguments = new ArrayList<>(
				Arrays.asList(command.replaceFirst(".*(StorageTool|PropertiesLauncher) ", "").split(" ")));
		int redirected = arguments.indexOf(">");
		Path output = this.files.of("/output");
		assertThat(arguments.get(1)).isEqualTo("/var/lib/shop/otlp");
		arguments.set(1, root.toString());
		List<String> java = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), TOOL));
		java.addAll((redirected > 0) ? arguments.subList(0, redirected) : arguments);
		Process process = new ProcessBuilder(java).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(text(output)).isZero();
		assertThat(text(output)).containsAnyOf("3 spans", "1 records intact", "\"resourceSpans\"");
	}

	private static byte[] request() {
		Span span = Span.newBuilder().setName("work").build();
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder()
				.addScopeSpans(ScopeSpans.newBuilder().addSpans(span).addSpans(span).addSpans(span)))
			.build()
			.toByteArray();
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
