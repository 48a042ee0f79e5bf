package io.github.otlpboot.benchmark.recovery;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

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
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
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
 * A process with a pipeline, which stores a number of batches and ends as if it were
 * killed. It says how long it took from nothing to the first batch that was accepted.
 * <p>
 * Arguments: the storage directory, the number of batches, the length of each.
 */
public final class StoringProcess {

	/** Where a segment ends, in bytes. */
	static final int SEGMENT = 8 * 1024 * 1024;

	private static final PipelineTime TIME = new PipelineTime(Clock.systemUTC(), System::nanoTime,
			() -> ThreadLocalRandom.current().nextDouble());

	private StoringProcess() {
	}

	/**
	 * Run one and wait for its end.
	 * @param directory the storage directory
	 * @param batches how many batches it stores
	 * @param length the length of each in bytes
	 * @return the milliseconds until the first was accepted
	 * @throws IOException if that failed
	 */
	static double run(Path directory, int batches, int length) throws IOException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-cp",
				System.getProperty("java.class.path"), StoringProcess.class.getName(), directory.toString(),
				Integer.toString(batches), Integer.toString(length))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		List<String> lines = process.inputReader(StandardCharsets.US_ASCII).lines().toList();
		if (lines.isEmpty()) {
			throw new IOException("Nothing was stored in " + directory);
		}
		return Long.parseLong(lines.get(lines.size() - 1)) / 1e6;
	}

	public static void main(String[] args) {
		byte[] request = new byte[Integer.parseInt(args[2])];
		// Nobody reads it, and a damaged header must not be found in it.
		new Random(1).nextBytes(request);
		long start = System.nanoTime();
		Pipeline pipeline = start(Path.of(args[0]));
		store(pipeline, request);
		long accepted = System.nanoTime();
		for (int i = 1; i < Integer.parseInt(args[1]); i++) {
			store(pipeline, request);
		}
		System.out.println(accepted - start);
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	private static void store(Pipeline pipeline, byte[] request) {
		int accepted = pipeline.accept(new Batch(Signal.TRACES, Payload.of(request), 1)).join().accepted();
		if (accepted != 1 || pipeline.storage() == null || pipeline.storage().reason() != null) {
			throw new IllegalStateException("Not stored: " + pipeline.storage());
		}
	}

	private static Pipeline start(Path directory) {
		RouteSettings route = new RouteSettings(new BatchSettings(8192, 3 << 20, Duration.ofMillis(200)),
				new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5, 0.5), Duration.ofSeconds(10), 1,
				null);
		CircuitBreakerSettings breaker = new CircuitBreakerSettings(5, Duration.ofSeconds(5), Duration.ofSeconds(30), 1,
				Duration.ofSeconds(20));
		HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
		URI absent = URI.create("http://localhost:1/v1/traces");
		RouteDefinition definition = new RouteDefinition("default", Signal.TRACES, absent.toString(), "test",
				connector.transport(HttpTransportSettings.of(absent)),
				new SingleLockCircuitBreaker(breaker, TIME.clock(), TIME.nanos()), route);
		LogSettings log = new LogSettings(1L << 32, Duration.ofHours(24), SEGMENT, Duration.ofMinutes(10), 0,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1), false);
		StoragePlan plan = new StoragePlan(new StorageSettings(directory, null,
				SlotOwner.of("benchmark", List.of("default")), Map.of(Signal.TRACES, log)), true, new LocalDisk());
		Pipeline pipeline = new Pipeline(
				new PipelineSettings(new BufferLimits(65536, 8 << 20), WhenFull.REJECT, Duration.ofSeconds(1), plan),
				List.of(definition), TIME);
		pipeline.start();
		return pipeline;
	}

}
