package io.github.otlpboot.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.forwarder.Forwarder;
import io.github.otlpboot.forwarder.ForwarderContext;
import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything between the exporters and the destinations: for each signal a bounded buffer
 * and a route, and one thread that serves all routes.
 * <p>
 * Thread-safe. {@link #accept} never waits for disk or network. {@link #start()} and
 * {@link #close()} are called once each, by whoever owns the pipeline.
 */
public final class Pipeline implements BatchSink, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Pipeline.class);

	private final PipelineSettings settings;

	private final List<RouteDefinition> definitions;

	private final PipelineTime time;

	private final RecentLosses losses;

	private final List<AttemptListener> listeners = new CopyOnWriteArrayList<>();

	private final Map<Signal, Lane> lanes = new EnumMap<>(Signal.class);

	private final Forwarder forwarder;

	private final WorkerThread forwarderThread;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create a pipeline. Nothing is sent until {@link #start()} is called.
	 * @param settings how much is held in memory
	 * @param definitions where each signal goes, one for each signal
	 * @param time time and chance
	 */
	public Pipeline(PipelineSettings settings, List<RouteDefinition> definitions, PipelineTime time) {
		this.settings = settings;
		this.definitions = List.copyOf(definitions);
		this.time = time;
		this.losses = new RecentLosses(time.nanos());
		ForwarderContext context = new ForwarderContext(time.clock(), time.nanos(), time.random(), this::wake);
		List<Route> routes = new ArrayList<>();
		for (RouteDefinition definition : this.definitions) {
			BatchBuffer buffer = new BatchBuffer(definition.signal(), settings.buffer(), time.clock(), this::wake);
			Lane lane = new Lane(definition.destination(), buffer, settings, definition.settings().batch(), this.losses,
					new RefusalLog(definition.signal(), time.nanos()));
			if (this.lanes.putIfAbsent(definition.signal(), lane) != null) {
				throw new IllegalArgumentException("'definitions' must name each signal once, but name "
						+ definition.signal().id() + " more often");
			}
			routes.add(new Route(definition.destination(), lane.source(), definition.transport(), definition.breaker(),
					definition.settings(), new RouteObserver(new RouteLog(time), this.losses, this.listeners),
					context));
		}
		this.forwarder = new Forwarder(routes);
		this.forwarderThread = new WorkerThread("otlp-forwarder", new ForwarderWorker(), time.nanos());
	}

	/**
	 * Start forwarding.
	 */
	public void start() {
		// A breaker may also be closed by an operator, while nothing else would wake the
		// forwarder.
		this.definitions.forEach((definition) -> definition.breaker().addListener((from, to) -> wake()));
		this.forwarderThread.start();
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A signal that leads nowhere is refused as {@link RefusalReason#CLOSED}.
	 */
	@Override
	public CompletableFuture<AcceptResult> accept(Batch batch) {
		if (batch.items() == 0) {
			batch.payload().release();
			return CompletableFuture.completedFuture(AcceptResult.accepted(0));
		}
		Lane lane = this.lanes.get(batch.signal());
		if (lane == null) {
			batch.payload().release();
			return CompletableFuture.completedFuture(AcceptResult.refused(batch.items(), RefusalReason.CLOSED));
		}
		AcceptResult result = lane.accept(batch);
		if (result.accepted() > 0) {
			// Not only on arrival: what fills a request goes at once.
			wake();
		}
		return CompletableFuture.completedFuture(result);
	}

	/**
	 * Count items that were lost before they were offered, in a queue in front of the
	 * pipeline, as offered and refused. Items of a signal that leads nowhere are not
	 * counted.
	 * @param signal the signal
	 * @param items how many, at least 1
	 * @param reason why
	 */
	public void countRefused(Signal signal, long items, RefusalReason reason) {
		Lane lane = this.lanes.get(signal);
		if (lane != null) {
			lane.countRefused(items, reason);
		}
	}

	/**
	 * Return how the pipeline is doing.
	 * @return the status
	 */
	public PipelineStatus status() {
		long now = this.time.clock().millis();
		List<Target> targets = this.definitions.stream().map(RouteDefinition::target).toList();
		return new PipelineStatus(now, ledgers(), this.forwarder.routes().stream().map(Route::status).toList(), targets,
				this.settings.buffer(), this.losses.view(now));
	}

	/**
	 * Return what became of every item.
	 * @return one ledger for each signal, each consistent in itself
	 */
	public List<SignalLedger> ledgers() {
		return this.lanes.values().stream().map(Lane::ledger).toList();
	}

	/**
	 * Return the routes, for operators: their circuit breakers, and a way to have them
	 * try at once.
	 * @return the routes
	 */
	public List<Route> routes() {
		return this.forwarder.routes();
	}

	/**
	 * Have somebody told of every attempt from now on.
	 * @param listener is told
	 */
	public void addListener(AttemptListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Send what waits without waiting for company. Returns at once.
	 */
	public void flush() {
		this.forwarder.flush();
	}

	/**
	 * Refuse what comes, send what waits as long as the destinations take it and the
	 * timeout allows, and end. Never throws.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		this.lanes.values().forEach(Lane::closeIntake);
		this.forwarder.flush();
		if (!this.forwarderThread.stop(this.settings.shutdownTimeout())) {
			logger.warn("The forwarder did not end within {}", this.settings.shutdownTimeout());
		}
		this.definitions.forEach((definition) -> definition.transport().close());
		logSummary();
	}

	private void logSummary() {
		for (SignalLedger ledger : ledgers()) {
			for (RouteLedger route : ledger.routes()) {
				logger.info("{}: {} of {} {} delivered to {}, {} lost, {} refused", ledger.signal().id(),
						route.delivered(), ledger.accepted(), ledger.signal().itemName(), route.destination(),
						route.lostItems(), ledger.refusedItems());
			}
		}
	}

	private void wake() {
		this.forwarderThread.wake();
	}

	/**
	 * Serves the routes and, at the end, accounts for what is left.
	 */
	private final class ForwarderWorker implements Worker {

		@Override
		public void doWork() {
			Pipeline.this.forwarder.doWork();
		}

		@Override
		public long nanosUntilWork() {
			return Pipeline.this.forwarder.nanosUntilWork();
		}

		@Override
		public boolean isDraining(long drainingSince) {
			return Pipeline.this.forwarder.isDraining(drainingSince);
		}

		@Override
		public void close() {
			Pipeline.this.forwarder.close();
			Pipeline.this.lanes.values().forEach(Lane::discardRemaining);
		}

	}

}
