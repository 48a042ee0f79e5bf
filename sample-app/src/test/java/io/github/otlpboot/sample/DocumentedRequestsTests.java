package io.github.otlpboot.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.otlpboot.sample.collector.CollectorMode;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.test.AutoConfigureOtlp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * M20: every request that README.md and docs/*.md tell a reader to make, in their order,
 * to the sample that they are about. What curl is told is understood as curl does.
 */
@AutoConfigureOtlp
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.collector.port=0", "sample.load.requests-per-second=0",
				"management.endpoint.otlp.access=unrestricted" })
class DocumentedRequestsTests {

	private static final Pattern CURL = Pattern.compile("(?m)^ *curl (.*?)(?: +#.*)?$");

	private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private EmbeddedCollector collector;

	@AfterEach
	void mend() throws IOException {
		this.collector.mode(CollectorMode.OK);
		this.collector.start();
	}

	@Test
	@DisplayName("M20: requests")
	void everyRequestIsAnswered() throws Exception {
		List<String> commands = commands();
		assertThat(commands).hasSizeGreaterThan(8);
		for (String command : commands) {
			HttpResponse<String> response = this.client.send(request(command), BodyHandlers.ofString());
			assertThat(response.statusCode()).as("%s: %s", command, response.body()).isBetween(200, 204);
			if (command.contains("/health/otlp")) {
				assertThat(response.body()).contains("\"status\":", "\"destinations\":", "\"storage\":");
			}
		}
	}

	@Test
	@DisplayName("M20: README.md names the modes of the collector, which its path takes")
	void everyModeIsThere() throws Exception {
		String readme = Files.readString(Path.of("..", "README.md"));
		for (CollectorMode mode : CollectorMode.values()) {
			String name = mode.id();
			assertThat(readme).containsPattern("`(/collector/mode/)?" + name + "`");
			HttpResponse<String> response = this.client.send(request("-X POST localhost:8080/collector/mode/" + name),
					BodyHandlers.ofString());
			assertThat(response.statusCode()).as(name).isEqualTo(200);
			assertThat(this.collector.mode()).isEqualTo(mode);
		}
	}

	private static List<String> commands() throws IOException {
		List<Path> documents = new ArrayList<>(List.of(Path.of("..", "README.md")));
		try (Stream<Path> files = Files.list(Path.of("..", "docs"))) {
			files.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
		}
		List<String> commands = new ArrayList<>();
		for (Path document : documents) {
			Matcher matcher = CURL.matcher(Files.readString(document));
			while (matcher.find()) {
				commands.add(matcher.group(1).strip());
			}
		}
		return commands;
	}

	private HttpRequest request(String arguments) {
		HttpRequest.Builder request = HttpRequest.newBuilder();
		String method = "GET";
		String body = "";
		Matcher words = WORD.matcher(arguments);
		while (words.find()) {
			String word = words.group();
			switch (word) {
				case "-X" -> {
					method = next(words);
				}
				case "-d" -> {
					body = next(words);
				}
				case "-H" -> {
					String[] header = next(words).split(": ", 2);
					request.header(header[0], header[1]);
				}
				default -> {
					assertThat(word).startsWith("localhost:8080/");
					request.uri(URI.create("http://" + word.replace(":8080", ":" + this.port)));
				}
			}
		}
		return request.method(method, BodyPublishers.ofString(body)).build();
	}

	private static String next(Matcher words) {
		assertThat(words.find()).isTrue();
		return (words.group(1) != null) ? words.group(1) : words.group(2);
	}

}
