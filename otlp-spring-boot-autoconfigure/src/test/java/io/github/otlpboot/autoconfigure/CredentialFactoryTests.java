package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CredentialFactory} and {@link TokenLocation}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CredentialFactoryTests {

	private static final String PREFIX = "otlp.forwarder.authentication.";

	private final FakeTime time = new FakeTime();

	@TempDir
	private Path directory;

	@Test
	void whereNothingIsSetThereIsNone() {
		assertThat(create(Map.of())).isNull();
		assertThat(create(Map.of("bearer.token", " ", "basic.username", ""))).isNull();
	}

	@Test
	void everyKindMakesItsHeader() {
		check(create(Map.of("bearer.token", "canary \n")), "Authorization", "Bearer canary", "bearer.token");
		// RFC 7617
		check(create(Map.of("basic.username", "Aladdin", "basic.password", "open sesame")), "Authorization",
				"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "basic");
		check(create(Map.of("api-key.header", "x-api-key", "api-key.value", "canary\n")), "x-api-key", "canary",
				"api-key");
	}

	private void check(Credential credential, String name, String value, String source) {
		assertThat(credential.headerName()).isEqualTo(name);
		assertThat(credential.headerValue()).isEqualTo(value);
		assertThat(credential.status().source()).isEqualTo(PREFIX + source);
		assertThat(credential.status().loadedAt()).isEqualTo(this.time.millis());
		assertThat(credential.isRefreshable()).isFalse();
		assertThat(credential.refresh()).isFalse();
		assertThat(credential.toString()).contains(source).doesNotContain("canary", "QWxh");
	}

	@Test
	void theLaterOfTwoKindsIsNamedTogetherWithTheOther() {
		checkFailure(Map.of("bearer.token", "canary", "bearer.token-location", "file:canary"), "bearer.token-location",
				"bearer.token");
		checkFailure(Map.of("basic.password", "canary", "api-key.value", "canary"), "api-key", "basic");
	}

	@ParameterizedTest
	@CsvSource({ "basic.username, basic.password", "basic.password, basic.username", "api-key.header, api-key.value",
			"api-key.value, api-key.header" })
	void halfOfAPairNamesTheMissingHalf(String set, String missing) {
		checkFailure(Map.of(set, "canary"), missing, "is missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "bearer.token", "basic.username", "basic.password", "api-key.value", "api-key.header" })
	@DisplayName("T41, T42: CR, LF and NUL end start-up, and the property is named, not the value")
	void controlCharactersEndStartUp(String property) {
		for (String value : new String[] { "canary\r\nx-evil: 1", "canary\nx", "canary\rx", "canary\0x" }) {
			Map<String, String> counterpart = switch (property) {
				case "basic.username" -> Map.of("basic.password", "x");
				case "basic.password" -> Map.of("basic.username", "x");
				case "api-key.value" -> Map.of("api-key.header", "x");
				case "api-key.header" -> Map.of("api-key.value", "x");
				default -> Map.of();
			};
			Map<String, String> properties = new HashMap<>(counterpart);
			properties.put(property, value);
			checkFailure(properties, property, "");
		}
	}

	@Test
	void userNameWithAColonEndsStartUp() {
		checkFailure(Map.of("basic.username", "canary:1", "basic.password", "x"), "basic.username", "colon");
	}

	@Test
	void missingFileEndsStartUp() {
		checkFailure(Map.of("bearer.token-location", "file:/nowhere/token"), "bearer.token-location",
				"NoSuchFileException");
		checkFailure(Map.of("bearer.token-location", "classpath:nowhere"), "bearer.token-location",
				"FileNotFoundException");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " \n", "canary\nsecond", "canary\0" })
	void fileWithoutATokenEndsStartUp(String content) throws IOException {
		Path file = write(content);
		checkFailure(Map.of("bearer.token-location", "file:" + file), "bearer.token-location", "no token");
	}

	@Test
	void fileThatIsTooLargeEndsStartUp() throws IOException {
		Path file = write("canary".repeat(10_000));
		checkFailure(Map.of("bearer.token-location", "file:" + file), "bearer.token-location", "16384 bytes");
	}

	@Test
	void placesAreResolvedAsEverywhereInSpringBoot() throws IOException {
		Path file = write("canary\r\n");
		for (String location : new String[] { "file:" + file, file.toUri().toString(), file.toString() }) {
			Credential credential = create(Map.of("bearer.token-location", location));
			assertThat(credential.headerValue()).isEqualTo("Bearer canary");
			assertThat(credential.isRefreshable()).isTrue();
			assertThat(credential.status().source()).isEqualTo(PREFIX + "bearer.token-location (" + location + ")");
		}
	}

	@Test
	void tokenIsReadAgainWhenItsFileChanges() throws IOException {
		Path file = write("canary-1");
		Credential credential = create(Map.of("bearer.token-location", "file:" + file));
		assertThat(credential.refresh()).isFalse();
		this.time.advance(Duration.ofMinutes(1));
		assertThat(credential.refresh()).isFalse();
		assertThat(credential.status().loadedAt()).isEqualTo(FakeTime.START.toEpochMilli());
		write("canary-2\n");
		assertThat(credential.refresh()).isTrue();
		assertThat(credential.headerValue()).isEqualTo("Bearer canary-2");
		assertThat(credential.status().loadedAt()).isEqualTo(this.time.millis());
		write("canary-2");
		assertThat(credential.refresh()).as("rewritten, not changed").isFalse();
	}

	@Test
	@DisplayName("A secret of Kubernetes is renewed by turning a link")
	void tokenIsReadAgainWhenALinkIsTurned() throws IOException {
		Path first = Files.writeString(this.directory.resolve("first"), "canary-1");
		Path second = Files.writeString(this.directory.resolve("second"), "canary-2");
		Files.setLastModifiedTime(second, Files.getLastModifiedTime(first));
		Path link = Files.createSymbolicLink(this.directory.resolve("token"), first);
		Credential credential = create(Map.of("bearer.token-location", "file:" + link));
		Path turned = Files.createSymbolicLink(this.directory.resolve("turned"), second);
		Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE);
		assertThat(credential.refresh()).isTrue();
		assertThat(credential.headerValue()).isEqualTo("Bearer canary-2");
	}

	@Test
	void whileTheFileCannotBeReadTheLastTokenIsKeptAndToldNowAndThen(CapturedOutput output) throws IOException {
		Path file = write("canary-1");
		Credential credential = create(Map.of("bearer.token-location", "file:" + file));
		Files.delete(file);
		for (int i = 0; i < 100; i++) {
			assertThat(credential.refresh()).isFalse();
			this.time.advance(Duration.ofSeconds(1));
		}
		write("");
		assertThat(credential.refresh()).isFalse();
		assertThat(credential.headerValue()).isEqualTo("Bearer canary-1");
		assertThat(output.toString().split("the last one is kept", -1)).as("one line").hasSize(2);
		this.time.advance(Duration.ofMinutes(10));
		credential.refresh();
		assertThat(output.toString().split("the last one is kept", -1)).as("one more").hasSize(3);
		write("canary-2");
		assertThat(credential.refresh()).isTrue();
		assertThat(output).contains("can be read again").doesNotContain("canary");
	}

	private Path write(String content) throws IOException {
		return Files.writeString(this.directory.resolve("token"), content);
	}

	private Credential create(Map<String, String> properties) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		properties.forEach((name, value) -> source.put(PREFIX + name, value));
		OtlpProperties bound = new Binder(source).bindOrCreate("otlp", OtlpProperties.class);
		assertThat(bound.toString()).doesNotContain("canary");
		assertThat(bound.forwarder().authentication().toString().replaceAll("tokenLocation=[^]]*", ""))
			.doesNotContain("canary");
		return new CredentialFactory(bound.forwarder().authentication(), ApplicationResourceLoader.get(),
				new PipelineTime(this.time.clock(), this.time.nanos(), () -> 0.5))
			.create();
	}

	private void checkFailure(Map<String, String> properties, String property, String reason) {
		assertThatExceptionOfType(InvalidOtlpPropertyException.class).isThrownBy(() -> create(properties))
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo(PREFIX + property);
				assertThat(ex.reason()).contains(reason);
				assertThat(ex.remedy()).isNotBlank();
				assertThat(ex.getMessage() + ex.value() + ex.reason() + ex.remedy()).doesNotContain("canary");
				assertThat(ex.getCause()).isNull();
			});
	}

}
