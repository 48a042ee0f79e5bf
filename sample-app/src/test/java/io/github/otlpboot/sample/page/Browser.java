package io.github.otlpboot.sample.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A headless Chromium, driven by the few commands of WebDriver that the tests need: a
 * client library would bring more than the sample itself has.
 */
final class Browser implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

	private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

	private static final JsonMapper JSON = JsonMapper.shared();

	/** What WebDriver calls an element that is not there, or not there any more. */
	private static final Set<String> MISSING = Set.of("no such element", "stale element reference");

	private final HttpClient client = HttpClient.newHttpClient();

	private final Process driver;

	private final Path driverLog;

	private String port = "";

	private String session = "";

	private Browser(Process driver, Path driverLog) {
		this.driver = driver;
		this.driverLog = driverLog;
	}

	/**
	 * Skip the test where there is no browser.
	 */
	static void assumeInstalled() {
		assumeTrue(find("chromedriver").isPresent() && chromium().isPresent(),
				"The page is not tested: there is no chromium with a chromedriver on the path. "
						+ "On Debian: apt-get install -y chromium chromium-driver");
	}

	private static Optional<Path> chromium() {
		return find("chromium").or(() -> find("chromium-browser")).or(() -> find("google-chrome"));
	}

	private static Optional<Path> find(String command) {
		return Arrays.stream(System.getenv("PATH").split(":"))
			.map((directory) -> Path.of(directory, command))
			.filter(Files::isExecutable)
			.findFirst();
	}

	static Browser start(Path directory) throws IOException {
		Path log = directory.resolve("chromedriver.log");
		Process driver = new ProcessBuilder(find("chromedriver").orElseThrow().toString(), "--port=0")
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		Browser browser = new Browser(driver, log);
		try {
			browser.port = browser.awaitPort();
			browser.open(directory);
			return browser;
		}
		catch (RuntimeException ex) {
			browser.close();
			throw ex;
		}
	}

	private void open(Path directory) {
		List<String> arguments = new ArrayList<>(List.of("--headless=new", "--disable-gpu", "--hide-scrollbars",
				"--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + directory.resolve("profile")));
		if (System.getProperty("user.name").equals("root")) {
			// Chromium refuses to run its sandbox as root
			arguments.add("--no-sandbox");
		}
		Map<String, Object> options = Map.of("binary", chromium().orElseThrow().toString(), "args", arguments);
		this.session = "/session/"
				+ call("POST", "/session",
						Map.of("capabilities",
								Map.of("alwaysMatch",
										Map.of("browserName", "chrome", "goog:chromeOptions", options,
												"goog:loggingPrefs", Map.of("browser", "ALL")))))
					.get("sessionId")
					.asString();
	}

	void visit(String url) {
		session("POST", "/url", Map.of("url", url));
	}

	/**
	 * Evaluate JavaScript.
	 * @param script the body of a function
	 * @return what it returns
	 */
	JsonNode script(String script) {
		return session("POST", "/execute/sync", Map.of("script", script, "args", List.of()));
	}

	/**
	 * Return the text that a person sees.
	 * @param selector names the element in CSS
	 * @return its text, empty if it is not shown
	 */
	String text(String selector) {
		return session("GET", element(selector) + "/text", null).asString();
	}

	/**
	 * Wait until a person sees a text. An element that the page has yet to make, or has
	 * replaced since it was found, is looked for again.
	 * @param selector names the element in CSS
	 * @param pattern matches the text
	 */
	void untilShown(String selector, String pattern) {
		await().ignoreExceptionsInstanceOf(MissingElementException.class)
			.untilAsserted(() -> assertThat(text(selector)).as(selector).matches("(?s)" + pattern));
	}

	/**
	 * Return what assistive technology calls an element.
	 * @param selector names the element in CSS
	 * @return its accessible name
	 */
	String label(String selector) {
		return session("GET", element(selector) + "/computedlabel", null).asString();
	}

	void click(String selector) {
		session("POST", element(selector) + "/click", Map.of());
	}

	private String element(String selector) {
		return "/element/"
				+ session("POST", "/element", Map.of("using", "css selector", "value", selector)).get(ELEMENT)
					.asString();
	}

	/**
	 * Press keys, one after the other.
	 * @param keys the keys, by their WebDriver code points where they are no letters
	 */
	void press(String... keys) {
		List<Map<String, Object>> actions = new ArrayList<>();
		for (String key : keys) {
			actions.add(Map.of("type", "keyDown", "value", key));
			actions.add(Map.of("type", "keyUp", "value", key));
		}
		session("POST", "/actions",
				Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
	}

	void size(int width, int height, int scale) {
		command("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", width < 500));
	}

	/**
	 * Prefer something, as a person does in the settings of the system.
	 * @param feature the feature, such as {@code prefers-color-scheme}
	 * @param value what is preferred, empty for no preference
	 */
	void prefer(String feature, String value) {
		command("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
	}

	byte[] screenshot() {
		return Base64.getDecoder()
			.decode(command("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", false))
				.get("data")
				.asString());
	}

	/**
	 * Return what the browser complained about since the last time.
	 * @return its messages, violations of the content security policy among them
	 */
	List<String> complaints() {
		List<String> complaints = new ArrayList<>();
		for (JsonNode entry : session("POST", "/se/log", Map.of("type", "browser"))) {
			complaints.add(entry.get("level").asString() + " " + entry.get("message").asString());
		}
		return complaints;
	}

	private JsonNode command(String command, Map<String, Object> parameters) {
		return session("POST", "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
	}

	private JsonNode session(String method, String path, @Nullable Object body) {
		return call(method, this.session + path, body);
	}

	private JsonNode call(String method, String path, @Nullable Object body) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(60))
			.method(method,
					(body != null) ? BodyPublishers.ofString(JSON.writeValueAsString(body)) : BodyPublishers.noBody())
			.build();
		try {
			HttpResponse<String> response = this.client.send(request, BodyHandlers.ofString());
			JsonNode value = JSON.readTree(response.body()).get("value");
			if (MISSING.contains(value.path("error").asString(""))) {
				throw new MissingElementException(path + ": " + value.get("message"));
			}
			if (response.statusCode() != 200) {
				throw new IllegalStateException(path + ": " + value.get("error") + ": " + value.get("message"));
			}
			return value;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private String awaitPort() {
		return await().atMost(Duration.ofSeconds(30)).until(() -> {
			Matcher matcher = PORT.matcher(Files.readString(this.driverLog));
			return matcher.find() ? matcher.group(1) : "";
		}, (port) -> !port.isEmpty());
	}

	@Override
	public void close() {
		try {
			if (!this.session.isEmpty()) {
				session("DELETE", "", null);
			}
		}
		finally {
			this.driver.descendants().forEach(ProcessHandle::destroyForcibly);
			this.driver.destroyForcibly();
		}
	}

	/**
	 * There is no such element, or none any more.
	 */
	private static final class MissingElementException extends IllegalStateException {

		private static final long serialVersionUID = 1L;

		MissingElementException(String message) {
			super(message);
		}

	}

}
