package io.github.otlpboot.pipeline;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.forwarder.BatchSettings;
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
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StorageContext;
import io.github.otlpboot.storage.StorageUnavailableException;
import org.jspecify.annotations.Nullable;
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

	private final @Nullable PipelineStorage storage;

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
		StoragePlan plan = settings.storage();
		Map<Signal, DiskLaneStore> diskStores = new EnumMap<>(Signal.class);
		ForwarderContext context = new ForwarderContext(time.clock(), time.nanos(), time.random(), this::wake);
		List<Route> routes = new ArrayList<>();
		for (RouteDefinition definition : this.definitions) {
			LaneStore store = (plan != null) ? diskStore(definition, diskStores) : memoryStore(definition);
			if (this.lanes.putIfAbsent(definition.signal(), lane(definition, store)) != null) {
				throw new IllegalArgumentException("'definitions' must name each signal once, but name "
						+ definition.signal().id() + " more often");
			}
			routes.add(new Route(definition.destination(), store.source(), definition.transport(), definition.breaker(),
					definition.settings(),
					new RouteObserver(new RouteLog(definition.url(), time), this.losses, this.listeners), context));
		}
		this.forwarder = new Forwarder(routes);
		this.forwarderThread = new WorkerThread("otlp-forwarder", new ForwarderWorker(), time.nanos());
		this.storage = (plan != null) ? storage(plan, diskStores) : null;
	}

	private LaneStore memoryStore(RouteDefinition definition) {
		BatchBuffer buffer = new BatchBuffer(definition.signal(), this.settings.buffer(), this.time.clock(),
				this::wake);
		return new MemoryLaneStore(definition.destination(), buffer, this.settings.whenFull(), this.losses, this::wake);
	}

	private LaneStore diskStore(RouteDefinition definition, Map<Signal, DiskLaneStore> diskStores) {
		BatchBuffer intake = new BatchBuffer(definition.signal(), this.settings.buffer(), this.time.clock(),
				this::wakeStorage);
		BatchBuffer memory = new BatchBuffer(definition.signal(), this.settings.buffer(), this.time.clock(), () -> {
		});
		DiskLaneStore store = new DiskLaneStore(definition.destination(), intake, memory, this.losses,
				this.time.nanos(), this::wakeStorage);
		diskStores.put(definition.signal(), store);
		return store;
	}

	private Lane lane(RouteDefinition definition, LaneStore store) {
		BatchSettings request = definition.settings().batch();
		BufferLimits limits = this.settings.buffer();
		// What is larger than the whole buffer, or a segment, could never be accepted.
		long maxBytes = Math.min(request.maxBytes(), limits.maxBytes());
		StoragePlan plan = this.settings.storage();
		LogSettings log = (plan != null) ? plan.settings().logs().get(definition.signal()) : null;
		if (log != null) {
			maxBytes = Math.min(maxBytes, log.maxPayload());
		}
		return new Lane(store, Math.min(request.maxItems(), limits.maxItems()), maxBytes, this.losses,
				new RefusalLog(definition.signal(), this.time.nanos()));
	}

	private PipelineStorage storage(StoragePlan plan, Map<Signal, DiskLaneStore> diskStores) {
		Map<Signal, List<String>> destinations = new EnumMap<>(Signal.class);
		this.definitions
			.forEach((definition) -> destinations.put(definition.signal(), List.of(definition.destination())));
		Storage directory = new Storage(new StorageContext(plan.disk(), this.time.clock(), this.time.nanos()),
				plan.settings(), destinations, (destination, signal, items, reason) -> this.losses.lost(items, reason));
		StorageWorker worker = new StorageWorker(directory, diskStores, plan.settings().logs(), this.time.nanos(),
				(signal) -> this.forwarder.arrived(signal));
		return new PipelineStorage(plan, worker, this.time.nanos());
	}

	/**
	 * Open storage, and start forwarding.
	 * @throws UncheckedIOException if storage is required and cannot be opened; the cause
	 * is a {@link StorageUnavailableException}
	 */
	public void start() {
		if (this.storage != null) {
			this.storage.start();
		}
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
		return lane.accept(batch);
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
				this.settings.buffer(), this.losses.view(now), storage());
	}

	/**
	 * Return how storage is doing, without looking at the disk.
	 * @return the status, {@code null} if nothing is stored
	 */
	public @Nullable StorageStatus storage() {
		return (this.storage != null) ? this.storage.status() : null;
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
	 * Say that the producers end now, and that {@link #close()} comes next. Producers
	 * wait until what they have offered is on disk; should the disk not answer, they are
	 * told that it was refused, or each of them would hold up the end of the application.
	 * Returns at once.
	 */
	public void expectClose() {
		if (this.storage != null) {
			this.storage.releaseProducersAfter(CloseBudget.patience(this.settings.shutdownTimeout()));
		}
	}

	/**
	 * Refuse what comes, send what waits as long as the destinations take it and the
	 * timeout allows, and end, at most a second later, also if the disk does not answer.
	 * Never throws. A thread that has been interrupted closes all the same, and stays
	 * interrupted: otherwise storage would be closed under the forwarder.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		boolean interrupted = Thread.interrupted();
		try {
			end();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void end() {
		Duration waited = (this.storage != null) ? this.storage.endRelease() : Duration.ZERO;
		CloseBudget budget = new CloseBudget(this.settings.shutdownTimeout(), waited, this.time.nanos());
		this.lanes.values().forEach((lane) -> lane.store().closeIntake());
		if (this.storage != null) {
			// Before the network is given its time.
			this.storage.flush(budget.toFlush());
		}
		this.forwarder.flush();
		if (!this.forwarderThread.stop(budget.toDrain(), budget.toEndDrain())) {
			logger.warn("The forwarder did not end within {}", this.settings.shutdownTimeout());
		}
		if (this.storage != null) {
			this.storage.close(budget.toCloseFiles());
		}
		this.lanes.values().forEach((lane) -> lane.store().discardRemaining());
		this.definitions.forEach((definition) -> definition.transport().close());
		logSummary();
	}

	// Of all that this process had to deliver, those included that waited when it
	// started.
	private void logSummary() {
		StorageStatus stored = storage();
		for (SignalLedger ledger : ledgers()) {
			for (RouteLedger route : ledger.routes()) {
				long left = route.pending().items();
				String leftOnDisk = (stored != null && left > 0)
						? ", " + left + " left on disk in " + stored.directory() : "";
				logger.info("{}: {} of {} delivered to {}{}, {} lost, {} refused", ledger.signal().id(),
						route.deliveredHere(),
						ledger.signal().items(route.deliveredHere() + left + route.lostItemsHere()),
						route.destination(), leftOnDisk, route.lostItemsHere(), ledger.refusedItems());
			}
		}
	}

	private void wake() {
		this.forwarderThread.wake();
	}

	private void wakeStorage() {
		if (this.storage != null) {
			this.storage.wake();
		}
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
		}

	}

}
