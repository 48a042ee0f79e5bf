package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.Fuzz;
import io.github.otlpboot.testing.Mutator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile configuration: URLs, headers, variables and files with a token. Whatever is
 * wrong is told as such, and no secret with it.
 */
class ConfigurationFuzzTests {

	private static final String SECRET = "c4nary";

	private static final List<String> URLS = Fuzz.corpus("urls.txt");

	private static final List<String> HEADERS = Fuzz.corpus("headers.txt");

	private static final URI ENDPOINT = URI.create("http://localhost:4318/v1/traces");

	private final ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	@TempDir
	private Path directory;

	@BeforeEach
	void setUp() {
		logger().setLevel(Level.OFF);
		// Without the module of Spring Boot that maps the variables.
		Thread.currentThread()
			.setContextClassLoader(new FilteredClassLoader((name) -> name.endsWith("EnvironmentPostProcessor")));
	}

	@AfterEach
	void tearDown() {
		logger().setLevel(null);
		Thread.currentThread().setContextClassLoader(this.classLoader);
	}

	private static Logger logger() {
		return (Logger) LoggerFactory.getLogger(OtelVariables.class);
	}

	@Test
	@DisplayName("T39, T42: of any URL a server is known, or it is called invalid without its secrets")
	void urls() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			String url = (mutator.seed() <= URLS.size()) ? URLS.get((int) mutator.seed() - 1)
					: mutator.mutate(mutator.pick(URLS));
			String shown = fuzz.bounded(60L * url.length(), () -> ForwarderUrl.shown(url));
			assertThat(shown).isNotNull();
			try {
				URI complete = fuzz.bounded(100L * url.length(), () -> ForwarderUrl.complete("property", url));
				check(complete);
				URI base = ForwarderUrl.ofBase("property", url, Signal.LOGS);
				check(base);
				assertThat(base.getRawAuthority()).isEqualTo(complete.getRawAuthority());
				assertThat(base.getScheme()).isEqualTo(complete.getScheme());
				assertThat(base.getRawPath()).endsWith("/v1/logs");
			}
			catch (InvalidOtlpPropertyException ex) {
				assertThat(ex.property()).isEqualTo("property");
				assertThat(ex.value()).isEqualTo(shown);
			}
		});
	}

	private static void check(URI url) {
		assertThat(url.getScheme()).isIn("http", "https", "HTTP", "HTTPS", "Http");
		assertThat(url.getHost()).isNotBlank();
		assertThat(url.getRawUserInfo()).isNull();
		assertThat(url.getPort()).isBetween(-1, 65535);
		// As it goes over the wire
		assertThat(url.toString().chars()).noneMatch(Character::isISOControl);
	}

	@Test
	@DisplayName("T39, T42: of a URL with a password or a key, wherever it was damaged, neither is shown")
	void urlsWithSecrets() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			boolean password = mutator.oneIn(2);
			String url = password
					? "http://me:" + mutator.mutate("x") + SECRET + mutator.mutate("x") + "@collector:4318/v1"
					: "http://collector:4318/v1?x=" + mutator.mutate("x") + SECRET + mutator.mutate("x");
			assertThat(ForwarderUrl.shown(url)).doesNotContain(SECRET);
			try {
				ForwarderUrl.ofBase("property", url, Signal.LOGS);
			}
			catch (InvalidOtlpPropertyException ex) {
				assertThat(ex.getMessage() + ex.value() + ex.reason() + ex.remedy()).doesNotContain(SECRET);
			}
		});
	}

	@Test
	@DisplayName("T39, T41, T42: of any variable with headers only sound ones are sent, or start-up names the variable")
	void headersOfVariables() {
		Fuzz.run(10_000, (fuzz, mutator) -> {
			String headers = (mutator.seed() <= HEADERS.size()) ? HEADERS.get((int) mutator.seed() - 1)
					: mutator.mutate(mutator.pick(HEADERS));
			SignalEndpoint endpoint = variables(headers);
			assertThat(endpoint.headersProperty()).isEqualTo("OTEL_EXPORTER_OTLP_HEADERS");
			assertThat(endpoint.toString()).doesNotContain(SECRET);
			assertThat(endpoint.headers().keySet()).allMatch(HeaderRules::isName);
			RequestSettings settings = new RequestSettings(endpoint, ENDPOINT, TransportType.HTTP, Compression.NONE,
					Duration.ofSeconds(1), Duration.ofSeconds(1));
			try {
				settings.checkHeaders(() -> transport(endpoint.headers()));
				assertThat(endpoint.headers().values()).allMatch(ConfigurationFuzzTests::isOneLine);
			}
			catch (InvalidOtlpPropertyException ex) {
				assertThat(ex.property()).isEqualTo("OTEL_EXPORTER_OTLP_HEADERS");
				// The name is shown, so that somebody can find it
				if (endpoint.headers().keySet().stream().noneMatch((name) -> name.contains(SECRET))) {
					assertThat(ex.getMessage() + ex.reason() + ex.remedy()).doesNotContain(SECRET);
				}
			}
		});
	}

	private static SignalEndpoint variables(String headers) {
		MockEnvironment environment = new MockEnvironment()
			.withProperty("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
			.withProperty("OTEL_EXPORTER_OTLP_HEADERS", headers.isBlank() ? "a=b" : headers);
		SignalEndpoint endpoint = OtelVariables.endpoint(environment, Signal.TRACES);
		assertThat(endpoint).isNotNull();
		return endpoint;
	}

	@Test
	@DisplayName("T39, T41: what the rules of headers allow, the client sends, and no line ends in it")
	void headerRules() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			String name = mutator.mutate("x-api-key");
			String value = mutator.mutate("Bearer a.b_c-d/e+f=");
			if (HeaderRules.isName(name) && HeaderRules.isValue(value)) {
				assertThat(isOneLine(name) && isOneLine(value)).isTrue();
			}
			if (HeaderRules.isValue(value)) {
				// The client is stricter only with what cannot come back as it was sent
				assertThat(value.chars()).allMatch((character) -> character <= 0xFF);
			}
		});
	}

	@Test
	@DisplayName("T39, T41, T42: of any file a token of one line is read, or it is called none without what is in it")
	void tokenFiles() {
		Path file = this.directory.resolve("token");
		Fuzz.run(2_000, (fuzz, mutator) -> {
			Files.write(file, content(mutator));
			try {
				TokenLocation token = fuzz.bounded(300L * 1024, () -> TokenLocation.open(new FileSystemResource(file),
						"property", Clock.systemUTC(), System::nanoTime));
				assertThat(isOneLine(token.headerValue())).isTrue();
				assertThat(token.headerValue()).startsWith("Bearer ").hasSizeGreaterThan(7);
				assertThat(token + " " + token.status()).doesNotContain(SECRET);
				transport(Map.of(token.headerName(), "x"));
			}
			catch (IOException ex) {
				assertThat(TokenLocation.describe(ex)).isNotBlank().doesNotContain(SECRET);
				assertThat(ex.getMessage()).doesNotContain(SECRET);
			}
		});
	}

	private static byte[] content(Mutator mutator) {
		if (mutator.oneIn(10)) {
			return mutator.noise(100 * 1024);
		}
		String token = mutator.mutate(SECRET + ".eyJhbGciOiJub25lIn0");
		return (mutator.oneIn(10) ? token.repeat(2000) : token + SECRET + (mutator.oneIn(2) ? "\r\n" : ""))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static HttpTransportSettings transport(Map<String, String> headers) {
		return new HttpTransportSettings(ENDPOINT, headers, Compression.NONE, StatusPolicy.DEFAULT, "agent");
	}

	private static boolean isOneLine(String value) {
		return value.chars().noneMatch((character) -> character == '\r' || character == '\n' || character == 0);
	}

}
