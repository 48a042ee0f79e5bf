package io.github.otlpboot.actuate;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.github.otlpboot.forwarder.FailureRecord;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.pipeline.CredentialStatus;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import org.jspecify.annotations.Nullable;

/**
 * Puts a status into the maps and lists that health and endpoint show. Holds no secret,
 * because a status holds none.
 */
final class StatusDocument {

	private static final CredentialStatus NO_CREDENTIAL = new CredentialStatus("none", 0);

	private final PipelineStatus status;

	StatusDocument(PipelineStatus status) {
		this.status = status;
	}

	Map<String, Object> destinations() {
		Map<String, List<RouteStatus>> byDestination = this.status.routes()
			.stream()
			.collect(Collectors.groupingBy(RouteStatus::destination, LinkedHashMap::new, Collectors.toList()));
		Map<String, Object> result = new LinkedHashMap<>();
		byDestination.forEach((name, routes) -> result.put(name, destination(name, routes)));
		return result;
	}

	private Map<String, Object> destination(String name, List<RouteStatus> routes) {
		RouteStatus worst = routes.stream().max(Comparator.comparing(RouteStatus::state)).orElseThrow();
		Map<String, Object> result = new LinkedHashMap<>(route(worst));
		result.put("inFlight", routes.stream().mapToInt(RouteStatus::inFlight).sum());
		result.put("pending", pending(Backlog.sum(routes.stream().map(RouteStatus::backlog).toList())));
		result.put("lost", lost(name));
		Map<String, Object> bySignal = new LinkedHashMap<>();
		routes.forEach((route) -> bySignal.put(route.signal().id(), route(route)));
		result.put("routes", bySignal);
		return result;
	}

	private Map<String, Object> route(RouteStatus route) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("state", route.state().name());
		result.put("breaker", route.breaker().state().name());
		putTime(result, "since", route.since());
		putTime(result, "nextAttempt", route.nextAttempt());
		putTime(result, "lastSuccess", route.lastSuccess());
		FailureRecord failure = route.lastFailure();
		if (failure != null) {
			result.put("lastFailure", failure(failure));
		}
		if (route.state() == RouteState.PAUSED) {
			result.put("credential", credential(route));
		}
		result.put("inFlight", route.inFlight());
		result.put("pending", pending(route.backlog()));
		return result;
	}

	private Map<String, Object> credential(RouteStatus route) {
		CredentialStatus credential = this.status.targets()
			.stream()
			.filter((target) -> target.signal() == route.signal() && target.destination().equals(route.destination()))
			.map(Target::credential)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(NO_CREDENTIAL);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("source", credential.source());
		putTime(result, "loadedAt", credential.loadedAt());
		return result;
	}

	private Map<String, Object> pending(Backlog backlog) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("items", backlog.items());
		result.put("bytes", backlog.bytes());
		result.put("oldestAgeSeconds",
				backlog.isEmpty() ? 0 : Math.max(0, this.status.at() - backlog.oldestAcceptedAt()) / 1000);
		return result;
	}

	private Map<String, Object> lost(String destination) {
		Map<String, Long> byReason = new LinkedHashMap<>();
		for (SignalLedger ledger : this.status.ledgers()) {
			for (RouteLedger route : ledger.routes()) {
				if (route.destination().equals(destination)) {
					byId(route.lost()).forEach((reason, items) -> byReason.merge(reason, items, Long::sum));
				}
			}
		}
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("last5m", this.status.losses().lostLastFiveMinutes());
		result.put("total", byReason.values().stream().mapToLong(Long::longValue).sum());
		result.put("byReason", byReason);
		return result;
	}

	Map<String, Object> storage() {
		StorageStatus storage = this.status.storage();
		return (storage != null) ? storage(storage) : memory();
	}

	private Map<String, Object> storage(StorageStatus storage) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("mode", storage.isDurable() ? "DISK" : "MEMORY");
		putText(result, "reason", storage.reason());
		result.put("path", storage.directory());
		result.put("used", storage.used());
		result.put("limit", storage.limit());
		if (storage.freeSpace() >= 0) {
			result.put("free", storage.freeSpace());
		}
		result.put("threshold", storage.minFreeSpace());
		if (storage.fullInSeconds() != StorageStatus.NEVER) {
			result.put("fullInSeconds", storage.fullInSeconds());
		}
		long expires = new StorageOutlook(storage, this.status).expiresInSeconds();
		if (storage.isDurable() && expires != StorageStatus.NEVER) {
			result.put("expiresInSeconds", expires);
		}
		return result;
	}

	private Map<String, Object> memory() {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("mode", "MEMORY");
		result.put("used", this.status.routes().stream().mapToLong((route) -> route.backlog().bytes()).sum());
		result.put("limit", this.status.buffer().maxBytes() * this.status.ledgers().size());
		return result;
	}

	Map<String, Object> signals() {
		Map<String, Object> result = new LinkedHashMap<>();
		for (SignalLedger ledger : this.status.ledgers()) {
			Map<String, Object> signal = new LinkedHashMap<>();
			signal.put("offered", ledger.offered());
			signal.put("accepted", ledger.accepted());
			signal.put("refused", refused(ledger));
			StorageStatus storage = this.status.storage();
			if (storage != null) {
				signal.put("acceptedEarlier", ledger.earlier());
				storage.signals()
					.stream()
					.filter((usage) -> usage.signal() == ledger.signal())
					.forEach((usage) -> signal.put("storage", usage(usage)));
			}
			Map<String, Object> routes = new LinkedHashMap<>();
			ledger.routes().forEach((route) -> routes.put(route.destination(), ledger(ledger, route)));
			signal.put("destinations", routes);
			result.put(ledger.signal().id(), signal);
		}
		return result;
	}

	private static Map<String, Object> usage(SignalUsage usage) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("used", usage.used());
		result.put("limit", usage.limit());
		result.put("undelivered", usage.undelivered());
		if (usage.fullInSeconds() != StorageStatus.NEVER) {
			result.put("fullInSeconds", usage.fullInSeconds());
		}
		return result;
	}

	private static Map<String, Long> byId(Map<LossReason, Long> items) {
		Map<String, Long> result = new LinkedHashMap<>();
		items.forEach((reason, count) -> result.put(reason.id(), count));
		return result;
	}

	private static Map<String, Long> refused(SignalLedger ledger) {
		Map<String, Long> result = new LinkedHashMap<>();
		ledger.refused().forEach((reason, items) -> result.put(reason.id(), items));
		return result;
	}

	private Map<String, Object> ledger(SignalLedger signal, RouteLedger route) {
		Map<String, Object> result = new LinkedHashMap<>();
		for (Target target : this.status.targets()) {
			if (target.signal() == signal.signal() && target.destination().equals(route.destination())) {
				result.put("url", target.url());
				result.put("configuredBy", target.configuredBy());
			}
		}
		result.put("delivered", route.delivered());
		result.put("pending", pending(route.pending()));
		result.put("lost", byId(route.lost()));
		if (this.status.storage() != null) {
			result.put("deliveredEarlier", route.earlier().delivered());
			result.put("lostEarlier", byId(route.earlier().lost()));
		}
		return result;
	}

	List<Map<String, Object>> failures() {
		return this.status.routes().stream().flatMap((route) -> route.failures().stream().map((failure) -> {
			Map<String, Object> result = new LinkedHashMap<>();
			result.put("destination", route.destination());
			result.put("signal", route.signal().id());
			result.putAll(failure(failure));
			return result;
		}))
			.sorted(Comparator.comparing((Map<String, Object> failure) -> String.valueOf(failure.get("at"))).reversed())
			.limit(10)
			.toList();
	}

	private static Map<String, Object> failure(FailureRecord failure) {
		Map<String, Object> result = new LinkedHashMap<>();
		putTime(result, "at", failure.at());
		result.put("kind", failure.failure().kind().name());
		putText(result, "status", failure.failure().status());
		putText(result, "message", failure.failure().message());
		result.put("consecutive", failure.consecutive());
		return result;
	}

	private static void putTime(Map<String, Object> map, String name, long millis) {
		if (millis > 0) {
			map.put(name, Instant.ofEpochMilli(millis).toString());
		}
	}

	private static void putText(Map<String, Object> map, String name, @Nullable String text) {
		if (text != null && !text.isEmpty()) {
			map.put(name, text);
		}
	}

}
