package io.github.otlpboot.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.StorageStatus;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The one line at start-up that says what the configuration amounts to.
 *
 * @param status how the pipeline is doing
 * @param storage what is configured of storage
 * @param sampling the sampling probability
 * @param temporality the temporality of metrics
 * @param otherRegistries the simple names of the Micrometer registries beside ours
 */
record StartupReport(PipelineStatus status, OtlpProperties.Storage storage, String sampling, Temporality temporality,
		List<String> otherRegistries) {

	/**
	 * Return the line.
	 * @return the text
	 */
	String line() {
		if (this.status.targets().isEmpty()) {
			return "OTLP: no kind of telemetry that is enabled has an endpoint, nothing is forwarded";
		}
		List<String> parts = new ArrayList<>(ways());
		parts.add(whereItWaits());
		if (leads(Signal.TRACES)) {
			parts.add("sampling probability " + this.sampling + " (management.tracing.sampling.probability)");
		}
		if (leads(Signal.METRICS)) {
			parts.add("metrics are " + this.temporality.name().toLowerCase(Locale.ROOT));
			if (!this.otherRegistries.isEmpty()) {
				parts.add("Micrometer's metrics go to " + String.join(" and ", this.otherRegistries) + " as well");
			}
		}
		return "OTLP " + String.join("; ", parts);
	}

	private String whereItWaits() {
		StorageStatus stored = this.status.storage();
		if (stored == null || stored.reason() != null) {
			String why = (stored != null) ? ", because " + stored.reason() : "";
			return "up to %s a signal wait in memory while it does not take them%s"
				.formatted(show(this.status.buffer().maxBytes()), why);
		}
		String survives = StringUtils.hasText(this.storage.directory()) ? ""
				: ", which survives a killed process, not a new container (otlp.storage.directory)";
		return "up to %s are stored in %s%s".formatted(show(stored.limit()), stored.directory(), survives);
	}

	private static String show(long bytes) {
		long megabytes = Math.round(bytes / (double) DataSize.ofMegabytes(1).toBytes());
		return (megabytes >= 16) ? megabytes + " MB" : DataSize.ofBytes(bytes).toKilobytes() + " kB";
	}

	private List<String> ways() {
		Map<String, List<Target>> byPlace = new LinkedHashMap<>();
		this.status.targets()
			.forEach((target) -> byPlace.computeIfAbsent(place(target), (key) -> new ArrayList<>()).add(target));
		List<String> ways = new ArrayList<>();
		byPlace.forEach((place, targets) -> ways
			.add("%s go to %s (%s)".formatted(items(targets), place, targets.get(0).configuredBy())));
		return ways;
	}

	// Signals that share a base URL are told of together.
	private static String place(Target target) {
		String path = "/v1/" + target.signal().id();
		boolean ofBase = EndpointProperties.BASE.equals(target.configuredBy());
		return ofBase ? target.url().substring(0, target.url().length() - path.length()) : target.url();
	}

	private static String items(List<Target> targets) {
		List<String> names = targets.stream().map((target) -> target.signal().itemName()).toList();
		int last = names.size() - 1;
		return (last == 0) ? names.get(0) : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
	}

	private boolean leads(Signal signal) {
		return this.status.targets().stream().anyMatch((target) -> target.signal() == signal);
	}

}
