package io.github.otlpboot.testing;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineSettings;
import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;

/**
 * Makes real pipelines of one signal that store on a real disk and send to a test server.
 */
public final class StoredPipelines implements AutoCloseable {

	private final AtomicLong ahead = new AtomicLong();

	private final PipelineTime time = new PipelineTime(Clock.systemUTC(), () -> System.nanoTime() + this.ahead.get(),
			() -> ThreadLocalRandom.current().nextDouble());

	private final OtlpTestServer server;

	private final Signal signal;

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final Deque<Pipeline> pipelines = new ArrayDeque<>();

	public StoredPipelines(OtlpTestServer server, Signal signal) {
		this.server = server;
		this.signal = signal;
	}

	/**
	 * Return settings of a small log.
	 * @param fsyncInterval how often cursors are saved
	 * @param cursorAtOnce whether every delivery saves them
	 * @return the settings
	 */
	public static LogSettings settings(Duration fsyncInterval, boolean cursorAtOnce) {
		return new LogSettings(1 << 20, Duration.ofHours(1), 64 * 1024, Duration.ofMinutes(10), 0,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, fsyncInterval, cursorAtOnce);
	}

	/**
	 * Start a pipeline, which is closed with this at the latest.
	 * @param directory the storage directory
	 * @param settings how it is used
	 * @return the pipeline
	 */
	public Pipeline start(Path directory, LogSettings settings) {
		RouteSettings route = new RouteSettings(new BatchSettings(1000, 16 * 1024, Duration.ofMillis(20)),
				new RetrySettings(Duration.ofMillis(10), Duration.ofMillis(50), 1.5, 0.5), Duration.ofSeconds(10), 1,
				null);
		CircuitBreakerSettings breaker = new CircuitBreakerSettings(3, Duration.ofMillis(30), Duration.ofMillis(120), 1,
				Duration.ofSeconds(20));
		RouteDefinition definition = new RouteDefinition("default", this.signal,
				this.server.endpoint(this.signal).toString(), "test",
				this.connector.transport(HttpTransportSettings.of(this.server.endpoint(this.signal))),
				new SingleLockCircuitBreaker(breaker, this.time.clock(), this.time.nanos()), route);
		StoragePlan plan = new StoragePlan(
				new StorageSettings(directory, SlotOwner.of("test", List.of("default")), Map.of(this.signal, settings)),
				true, new LocalDisk());
		Pipeline pipeline = new Pipeline(
				new PipelineSettings(new BufferLimits(1000, 1 << 20), WhenFull.REJECT, Duration.ofSeconds(5), plan),
				List.of(definition), this.time);
		pipeline.start();
		this.pipelines.push(pipeline);
		return pipeline;
	}

	/**
	 * Let time pass, but for the wall clock. Whoever waits for it has to be woken.
	 * @param duration how much
	 */
	public void pass(Duration duration) {
		this.ahead.addAndGet(duration.toNanos());
	}

	@Override
	public void close() {
		this.pipelines.forEach(Pipeline::close);
		this.connector.close();
	}

}
