package io.github.otlpboot.autoconfigure;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Plans what is stored where, and says which property is wrong where one is.
 */
final class StoragePlanner {

	/** A file ends after this time although there is room in it. */
	private static final Duration SEGMENT_AGE = Duration.ofMinutes(10);

	/** No budget is smaller. */
	private static final DataSize SMALLEST = DataSize.ofKilobytes(64);

	/** Cursors are saved as often, and a crash must not cost hours of repetition. */
	private static final Duration LONGEST_FSYNC_INTERVAL = Duration.ofHours(1);

	/** Shorter than an outage, and most likely a number that lacks its unit. */
	private static final Duration LEAST_AGE = Duration.ofMinutes(1);

	private static final String DIRECTORY = "storage.directory";

	private static final String MAX_SIZE = "storage.max-size";

	private final OtlpProperties.Storage properties;

	private final Environment environment;

	private final Temporality temporality;

	private final Disk disk;

	StoragePlanner(OtlpProperties.Storage properties, Environment environment, Temporality temporality, Disk disk) {
		this.properties = properties;
		this.environment = environment;
		this.temporality = temporality;
		this.disk = disk;
	}

	/**
	 * Plan.
	 * @param routes the routes of all signals
	 * @param switchedOff the URLs of signals that would go there if they were not
	 * switched off
	 * @return the plan, {@code null} if nothing is stored
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	@Nullable StoragePlan plan(List<RouteDefinition> routes, Map<Signal, String> switchedOff) {
		if (!this.properties.enabled() || routes.isEmpty()) {
			return null;
		}
		Map<Signal, LogSettings> logs = new EnumMap<>(Signal.class);
		budgets(routes.stream().map(RouteDefinition::signal).toList())
			.forEach((signal, budget) -> logs.put(signal, log(signal, budget)));
		Path directory = directory();
		StorageSettings settings = new StorageSettings(directory,
				StringUtils.hasText(this.properties.directory()) ? null : directory.getParent(),
				SlotOwner.of(application(), destinations(routes, switchedOff)), logs);
		return new StoragePlan(settings, this.properties.onUnavailable() == OnUnavailable.FAIL, this.disk);
	}

	// Those that are switched off too: what waits of the others still goes where it was
	// meant to go, and what waits of them does so once they are on again.
	private static List<String> destinations(List<RouteDefinition> routes, Map<Signal, String> switchedOff) {
		List<String> destinations = new ArrayList<>();
		routes.forEach((route) -> destinations.add(destination(route.destination(), route.signal(), route.url())));
		switchedOff.forEach((signal, url) -> destinations.add(destination(Destination.DEFAULT, signal, url)));
		destinations.sort(Comparator.naturalOrder());
		return destinations;
	}

	private static String destination(String name, Signal signal, String url) {
		return name + " " + signal.id() + " " + url;
	}

	/**
	 * Divide the disk. What signals have of their own is part of the whole; the others
	 * share the rest.
	 * @param signals those that are stored
	 * @return the bytes that each may take, in all no more than the whole
	 */
	private Map<Signal, Long> budgets(List<Signal> signals) {
		Map<Signal, Long> budgets = new EnumMap<>(Signal.class);
		for (Signal signal : signals) {
			DataSize own = this.properties.of(signal).maxSize();
			if (own != null) {
				budgets.put(signal, PropertyCheck.atLeast(ownSize(signal), own, SMALLEST, "64MB"));
			}
		}
		List<Signal> others = signals.stream().filter((signal) -> !budgets.containsKey(signal)).toList();
		long rest = PropertyCheck.whole(MAX_SIZE, this.properties.maxSize(), "256MB",
				budgets.keySet().stream().map(StoragePlanner::ownSize).toList(), budgets.values(),
				SMALLEST.toBytes() * others.size());
		others.forEach((signal) -> budgets.put(signal, rest / others.size()));
		return budgets;
	}

	private static String ownSize(Signal signal) {
		return "storage." + signal.id() + ".max-size";
	}

	private LogSettings log(Signal signal, long maxSize) {
		OtlpProperties.StorageOfSignal own = this.properties.of(signal);
		String prefix = "storage." + signal.id() + ".";
		long segmentSize = PropertyCheck.atLeast("storage.segment-size", this.properties.segmentSize(),
				DataSize.ofBytes(LogSettings.MIN_SEGMENT_SIZE), "8MB");
		Duration maxAge = (own.maxAge() != null)
				? PropertyCheck.atLeast(prefix + "max-age", own.maxAge(), LEAST_AGE, "24h")
				: PropertyCheck.atLeast("storage.max-age", this.properties.maxAge(), LEAST_AGE, "24h");
		return new LogSettings(maxSize, maxAge, Math.min(segmentSize, maxSize / 4), SEGMENT_AGE,
				PropertyCheck.atLeast("storage.min-free-space", this.properties.minFreeSpace(), DataSize.ofBytes(0),
						"64MB"),
				this.properties.whenFull(),
				PropertyCheck.notNegative("storage.keep-delivered", this.properties.keepDelivered()),
				this.properties.fsync(),
				PropertyCheck.notMore("storage.fsync-interval",
						PropertyCheck.positive("storage.fsync-interval", this.properties.fsyncInterval()),
						LONGEST_FSYNC_INTERVAL),
				addsUp(signal));
	}

	// Data points that are summed up at the destination count twice if they come twice.
	private boolean addsUp(Signal signal) {
		return signal == Signal.METRICS && this.temporality != Temporality.CUMULATIVE;
	}

	private Path directory() {
		String configured = this.properties.directory();
		String directory = StringUtils.hasText(configured) ? configured : System.getProperty("java.io.tmpdir")
				+ "/otlp-" + fileName(System.getProperty("user.name", "user")) + "/" + fileName(application());
		try {
			return Path.of(directory.trim()).toAbsolutePath().normalize();
		}
		catch (InvalidPathException ex) {
			throw new InvalidOtlpPropertyException("otlp." + DIRECTORY, directory, "is not a path",
					"Set it to a directory such as '/var/lib/shop/otlp', or remove it to use the default.");
		}
	}

	private String application() {
		String name = this.environment.getProperty("spring.application.name");
		return StringUtils.hasText(name) ? name.trim() : "application";
	}

	// The name of an application may be anything, and must stay below the directory.
	private static String fileName(String name) {
		String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
		return safe.startsWith(".") ? "_" + safe : safe;
	}

}
