package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.WhenLogFull;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StoragePlanner}. Wrong values are among the tests of
 * {@link OtlpPipelineAutoConfiguration}.
 */
class StoragePlannerTests {

	private static final long MB = 1 << 20;

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final Map<String, Object> properties = new HashMap<>();

	private final Map<Signal, String> switchedOff = new EnumMap<>(Signal.class);

	private Temporality temporality = Temporality.CUMULATIVE;

	@AfterEach
	void tearDown() {
		this.connector.close();
	}

	@Test
	void whenStorageIsOffOrNothingIsForwardedThereIsNoPlan() {
		assertThat(plan()).isNull();
		this.properties.put("otlp.storage.enabled", "false");
		assertThat(plan(Signal.values())).isNull();
	}

	@Test
	void defaultsAreThoseOfTheDocuments() {
		StoragePlan plan = plan(Signal.values());
		assertThat(plan.required()).isFalse();
		assertThat(plan.settings().logs()).containsOnlyKeys(Signal.values());
		assertThat(plan.settings().logs().values())
			.containsOnly(new LogSettings(256 * MB / 3, Duration.ofHours(24), 8 * MB, Duration.ofMinutes(10), 64 * MB,
					WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1)));
	}

	@Test
	void signalMayHaveItsOwnBudgetAndAge() {
		this.properties.putAll(Map.of("otlp.storage.max-size", "25MB", "otlp.storage.logs.max-size", "5MB",
				"otlp.storage.logs.max-age", "1h"));
		Map<Signal, LogSettings> logs = plan(Signal.values()).settings().logs();
		assertThat(logs.get(Signal.TRACES)).returns(10 * MB, LogSettings::maxSize)
			.returns(Duration.ofHours(24), LogSettings::maxAge);
		assertThat(logs.get(Signal.LOGS)).returns(5 * MB, LogSettings::maxSize)
			.returns(5 * MB / 4, LogSettings::segmentSize)
			.returns(Duration.ofHours(1), LogSettings::maxAge);
	}

	@Test
	@DisplayName("parts of the signals are never on top of the whole")
	void sizesOfSignalsArePartsOfTheWhole() {
		this.properties.putAll(Map.of("otlp.storage.max-size", "30MB", "otlp.storage.logs.max-size", "5MB",
				"otlp.storage.traces.max-size", "20MB"));
		assertThat(plan(Signal.values()).settings().logs().values()).extracting(LogSettings::maxSize)
			.containsExactlyInAnyOrder(20 * MB, 5 * MB, 5 * MB);
		assertThat(plan(Signal.TRACES, Signal.LOGS).settings().logs().values()).extracting(LogSettings::maxSize)
			.containsExactlyInAnyOrder(20 * MB, 5 * MB);
		this.properties.put("otlp.storage.metrics.max-size", "5MB");
		assertThat(plan(Signal.values()).settings().logs().values()).extracting(LogSettings::maxSize)
			.containsExactlyInAnyOrder(20 * MB, 5 * MB, 5 * MB);
	}

	@ParameterizedTest
	@CsvSource({ "512MB, 256MB, 518MB", "20MB, 25MB, 26MB", "8000000000000MB, 256MB, 1099511627782MB" })
	void partsThatAreMoreThanTheWholeEndStartUp(String traces, String whole, String needed) {
		this.properties.putAll(Map.of("otlp.storage.max-size", whole, "otlp.storage.traces.max-size", traces,
				"otlp.storage.logs.max-size", "5MB"));
		assertThatExceptionOfType(InvalidOtlpPropertyException.class).isThrownBy(() -> plan(Signal.values()))
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo("otlp.storage.max-size");
				assertThat(ex.remedy()).isEqualTo("Set 'otlp.storage.max-size' to at least '" + needed
						+ "', or lower 'otlp.storage.traces.max-size' and 'otlp.storage.logs.max-size'.");
			});
		assertThat(plan(Signal.METRICS, Signal.LOGS)).as("the size of a signal that is not stored").isNotNull();
	}

	@Test
	void everyChoiceComesThrough() {
		this.properties.putAll(Map.of("otlp.storage.fsync", "always", "otlp.storage.when-full", "reject",
				"otlp.storage.on-unavailable", "fail", "otlp.storage.keep-delivered", "1h",
				"otlp.storage.fsync-interval", "5s", "otlp.storage.min-free-space", "1GB", "otlp.storage.segment-size",
				"1MB"));
		StoragePlan plan = plan(Signal.TRACES);
		assertThat(plan.required()).isTrue();
		assertThat(plan.settings().logs().get(Signal.TRACES)).returns(FsyncPolicy.ALWAYS, LogSettings::fsync)
			.returns(256 * MB, LogSettings::maxSize)
			.returns(WhenLogFull.REJECT, LogSettings::whenFull)
			.returns(Duration.ofHours(1), LogSettings::keepDelivered)
			.returns(Duration.ofSeconds(5), LogSettings::fsyncInterval)
			.returns(1024 * MB, LogSettings::minFreeSpace)
			.returns(MB, LogSettings::segmentSize);
	}

	@ParameterizedTest
	@CsvSource({ "CUMULATIVE, false", "DELTA, true", "LOWMEMORY, true" })
	void whatAddsUpHasItsCursorSavedAtOnce(Temporality setting, boolean atOnce) {
		this.temporality = setting;
		Map<Signal, LogSettings> logs = plan(Signal.values()).settings().logs();
		assertThat(logs.get(Signal.METRICS).cursorAtOnce()).isEqualTo(atOnce);
		assertThat(logs.get(Signal.TRACES).cursorAtOnce()).isFalse();
		assertThat(logs.get(Signal.LOGS).cursorAtOnce()).isFalse();
	}

	@Test
	void switchedOffSignalLeavesTheOwnerAsItIs() {
		SlotOwner all = plan(Signal.values()).settings().owner();
		assertThat(plan(Signal.TRACES, Signal.LOGS).settings().owner()).isNotEqualTo(all);
		this.switchedOff.put(Signal.METRICS, "http://localhost:4318/v1/metrics");
		assertThat(plan(Signal.TRACES, Signal.LOGS).settings().owner()).isEqualTo(all);
		this.switchedOff.put(Signal.METRICS, "http://elsewhere:4318/v1/metrics");
		assertThat(plan(Signal.TRACES, Signal.LOGS).settings().owner()).isNotEqualTo(all);
	}

	// T44: a name of an application stays below the directory.
	@ParameterizedTest
	@CsvSource({ "shop, shop", "../../etc, _.._.._etc", "a/b c, a_b_c", "'  ', application" })
	void defaultDirectoryIsOfTheUserAndTheApplication(String application, String name) {
		this.properties.put("spring.application.name", application);
		Path directory = plan(Signal.TRACES).settings().directory();
		assertThat(directory.getFileName()).hasToString(name);
		assertThat(directory.getParent().getFileName()).hasToString("otlp-" + System.getProperty("user.name"));
		assertThat(directory).startsWithRaw(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize());
	}

	@Test
	void directoryIsAbsolute() {
		this.properties.put("otlp.storage.directory", " target/../data ");
		assertThat(plan(Signal.TRACES).settings().directory()).isEqualTo(Path.of("data").toAbsolutePath());
	}

	private StoragePlan plan(Signal... signals) {
		List<RouteDefinition> routes = new ArrayList<>();
		for (Signal signal : signals) {
			routes.add(route(signal));
		}
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		OtlpProperties bound = new Binder(new MapConfigurationPropertySource(this.properties)).bindOrCreate("otlp",
				OtlpProperties.class);
		return new StoragePlanner(bound.storage(), environment, this.temporality, new LocalDisk()).plan(routes,
				this.switchedOff);
	}

	private RouteDefinition route(Signal signal) {
		ForwarderSettingsMapper settings = new ForwarderSettingsMapper(
				new Binder().bindOrCreate("otlp", OtlpProperties.class).forwarder(), true);
		URI url = URI.create("http://localhost:4318/v1/" + signal.id());
		Transport transport = this.connector.transport(HttpTransportSettings.of(url));
		Duration timeout = Duration.ofSeconds(10);
		CircuitBreaker breaker = new SingleLockCircuitBreaker(settings.breaker(timeout), Clock.systemUTC(),
				System::nanoTime);
		return new RouteDefinition("default", signal, url.toString(), "test", transport, breaker,
				settings.route(signal, timeout));
	}

}
