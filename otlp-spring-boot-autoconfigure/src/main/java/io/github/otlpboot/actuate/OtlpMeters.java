package io.github.otlpboot.actuate;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.AttemptListener;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the pipeline. Counters read its ledger, so that they agree with what health
 * and endpoint say, and every reason is there from the start: a rate over a counter that
 * appears with its first loss would miss that loss. They count since the process started,
 * although the ledger goes on where the one before left off: whoever computes a rate
 * takes a counter that starts anew for one, and one that starts high for a burst.
 * <p>
 * Thread-safe.
 */
public final class OtlpMeters implements MeterBinder, AttemptListener {

	private static final String ITEMS = "items";

	private final Pipeline pipeline;

	private final AtomicBoolean listening = new AtomicBoolean();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * Create the meters of a pipeline.
	 * @param pipeline the pipeline, which the meters do not keep from being closed
	 */
	public OtlpMeters(Pipeline pipeline) {
		this.pipeline = pipeline;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.listening.compareAndSet(false, true)) {
			this.pipeline.addListener(this);
		}
		this.registries.add(registry);
		for (Target target : this.pipeline.status().targets()) {
			Tags signal = Tags.of("signal", target.signal().id());
			Tags route = signal.and("destination", target.destination());
			bindIntake(registry, target.signal(), signal);
			bindRoute(registry, target, route);
			bindState(registry, target, route);
			bindConventions(registry, target);
		}
		bindStorage(registry);
	}

	private void bindStorage(MeterRegistry registry) {
		Gauge.builder("otlp.storage.durable", this.pipeline, (source) -> isDurable(source.storage()) ? 1 : 0)
			.description("Whether what is accepted survives the process: 1 on disk, 0 in memory")
			.register(registry);
		if (this.pipeline.storage() == null) {
			return;
		}
		for (Target target : this.pipeline.status().targets()) {
			Tags tags = Tags.of("signal", target.signal().id());
			Gauge.builder("otlp.storage.used", this.pipeline, ofUsage(target.signal(), SignalUsage::used))
				.description("What is on disk")
				.baseUnit(BaseUnits.BYTES)
				.tags(tags)
				.register(registry);
			Gauge.builder("otlp.storage.limit", this.pipeline, ofUsage(target.signal(), SignalUsage::limit))
				.description("What may be on disk")
				.baseUnit(BaseUnits.BYTES)
				.tags(tags)
				.register(registry);
		}
		Gauge.builder("otlp.storage.free", this.pipeline, (source) -> free(source.storage()))
			.description("The free space of the volume")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
	}

	private static boolean isDurable(@Nullable StorageStatus storage) {
		return storage != null && storage.isDurable();
	}

	private static double free(@Nullable StorageStatus storage) {
		return (storage != null && storage.freeSpace() >= 0) ? storage.freeSpace() : Double.NaN;
	}

	private static ToDoubleFunction<Pipeline> ofUsage(Signal signal, ToDoubleFunction<SignalUsage> size) {
		return (source) -> {
			StorageStatus storage = source.storage();
			return (storage != null)
					? storage.signals().stream().filter((usage) -> usage.signal() == signal).mapToDouble(size).sum()
					: Double.NaN;
		};
	}

	private void bindIntake(MeterRegistry registry, Signal signal, Tags tags) {
		counter(registry, "otlp.offered", "Items that the exporters offered", tags,
				ofLedger(signal, SignalLedger::offeredHere));
		counter(registry, "otlp.accepted", "Items that were accepted", tags,
				ofLedger(signal, SignalLedger::acceptedHere));
		for (RefusalReason reason : RefusalReason.values()) {
			counter(registry, "otlp.refused", "Items that were refused", tags.and("reason", reason.id()),
					ofLedger(signal, (ledger) -> ledger.refused().getOrDefault(reason, 0L)));
		}
	}

	private void bindRoute(MeterRegistry registry, Target target, Tags tags) {
		counter(registry, "otlp.delivered", "Items that the destination took", tags,
				ofRoute(target, RouteLedger::deliveredHere));
		for (LossReason reason : LossReason.values()) {
			counter(registry, "otlp.lost", "Accepted items that will never be delivered",
					tags.and("reason", reason.id()), ofRoute(target, (ledger) -> ledger.lostHere(reason)));
		}
		Gauge.builder("otlp.pending", this.pipeline, ofRoute(target, (ledger) -> ledger.pending().items()))
			.description("Accepted items that wait for the destination")
			.baseUnit(ITEMS)
			.tags(tags)
			.register(registry);
		Gauge.builder("otlp.pending.size", this.pipeline, ofRoute(target, (ledger) -> ledger.pending().bytes()))
			.description("Accepted bytes that wait for the destination")
			.baseUnit("bytes")
			.tags(tags)
			.register(registry);
		TimeGauge
			.builder("otlp.pending.age", this.pipeline, TimeUnit.MILLISECONDS, (source) -> age(source.status(), target))
			.description("The age of the oldest item that waits for the destination")
			.tags(tags)
			.register(registry);
	}

	private void bindState(MeterRegistry registry, Target target, Tags tags) {
		for (CircuitBreakerState state : CircuitBreakerState.values()) {
			Gauge
				.builder("otlp.circuitbreaker.state", this.pipeline,
						(source) -> (route(source, target).breaker().state() == state) ? 1 : 0)
				.description("The state of the circuit breaker: 1 for the one it is in")
				.tags(tags.and("state", state.name().toLowerCase(Locale.ROOT)))
				.register(registry);
		}
		for (PauseReason reason : PauseReason.values()) {
			Gauge
				.builder("otlp.destination.paused", this.pipeline,
						(source) -> (PauseReason.of(route(source, target)) == reason) ? 1 : 0)
				.description("Whether the destination refuses the way it is asked, and data waits for a remedy")
				.tags(tags.and("reason", reason.name().toLowerCase(Locale.ROOT)))
				.register(registry);
		}
	}

	// Semantic conventions, OpenTelemetry SDK metrics: counted after the final attempt,
	// refusals by the destination are failures (C45).
	private void bindConventions(MeterRegistry registry, Target target) {
		String kind = switch (target.signal()) {
			case TRACES -> "span";
			case METRICS -> "metric_data_point";
			case LOGS -> "log";
		};
		String type = "otlp_http_" + ((target.signal() == Signal.METRICS) ? "metric" : kind) + "_exporter";
		URI url = URI.create(target.url().replaceFirst("\\?.*", ""));
		Tags tags = Tags.of("otel.component.type", type, "otel.component.name", type + "/" + target.destination(),
				"server.address", String.valueOf(url.getHost()), "server.port", String.valueOf(port(url)));
		String exported = "otel.sdk.exporter." + kind + ".exported";
		String description = "Items whose export has ended, by the kind of error";
		counter(registry, exported, description, tags.and("error.type", "none"),
				ofRoute(target, RouteLedger::deliveredHere));
		for (LossReason reason : LossReason.values()) {
			counter(registry, exported, description, tags.and("error.type", reason.id()),
					ofRoute(target, (ledger) -> ledger.lostHere(reason)));
		}
		Gauge
			.builder("otel.sdk.exporter." + kind + ".inflight", this.pipeline,
					ofRoute(target, (ledger) -> ledger.pending().items()))
			.description("Items whose export has not ended")
			.tags(tags)
			.register(registry);
	}

	private static int port(URI url) {
		if (url.getPort() > 0) {
			return url.getPort();
		}
		return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
	}

	private void counter(MeterRegistry registry, String name, String description, Tags tags,
			ToDoubleFunction<Pipeline> count) {
		FunctionCounter.builder(name, this.pipeline, count)
			.description(description)
			.baseUnit(name.startsWith("otlp.") ? ITEMS : null)
			.tags(tags)
			.register(registry);
	}

	private static ToDoubleFunction<Pipeline> ofLedger(Signal signal, ToDoubleFunction<SignalLedger> count) {
		return (source) -> source.ledgers()
			.stream()
			.filter((ledger) -> ledger.signal() == signal)
			.mapToDouble(count)
			.sum();
	}

	private static ToDoubleFunction<Pipeline> ofRoute(Target target, ToDoubleFunction<RouteLedger> count) {
		return ofLedger(target.signal(),
				(ledger) -> ledger.routes()
					.stream()
					.filter((route) -> route.destination().equals(target.destination()))
					.mapToDouble(count)
					.sum());
	}

	private static double age(PipelineStatus status, Target target) {
		return status.routes()
			.stream()
			.filter((route) -> isOf(route, target) && !route.backlog().isEmpty())
			.mapToDouble((route) -> Math.max(0, status.at() - route.backlog().oldestAcceptedAt()))
			.sum();
	}

	private static RouteStatus route(Pipeline source, Target target) {
		return source.status().routes().stream().filter((route) -> isOf(route, target)).findFirst().orElseThrow();
	}

	private static boolean isOf(RouteStatus route, Target target) {
		return route.signal() == target.signal() && route.destination().equals(target.destination());
	}

	@Override
	public void onAttempt(String destination, Signal signal, SendResult result, long nanos) {
		RequestOutcome outcome = RequestOutcome.of(result);
		for (MeterRegistry registry : this.registries) {
			Timer.builder("otlp.requests")
				.description("Attempts to send a request")
				.tags("destination", destination, "signal", signal.id(), "outcome", outcome.outcome(), "status",
						outcome.status())
				.register(registry)
				.record(Duration.ofNanos(nanos));
		}
	}

	/**
	 * Why a destination is paused, in few enough words to be known from the start.
	 */
	private enum PauseReason {

		CREDENTIALS, ENDPOINT, REDIRECT, OTHER;

		static @Nullable PauseReason of(RouteStatus route) {
			if (route.state() != RouteState.PAUSED || route.lastFailure() == null) {
				return null;
			}
			String status = String.valueOf(route.lastFailure().failure().status());
			return switch (status) {
				case "401", "403", "407", "UNAUTHENTICATED", "PERMISSION_DENIED" -> CREDENTIALS;
				case "404", "405", "501", "UNIMPLEMENTED" -> ENDPOINT;
				default -> status.startsWith("3") ? REDIRECT : OTHER;
			};
		}

	}

}
