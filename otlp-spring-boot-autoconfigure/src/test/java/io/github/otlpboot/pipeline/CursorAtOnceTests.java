package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.StoredPipelines;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;

/**
 * Deltas that come twice count twice, so that their cursor is saved after every
 * acknowledgement.
 */
class CursorAtOnceTests {

	@TempDir
	private Path directory;

	private final LogSettings settings = StoredPipelines.settings(Duration.ofHours(1), true);

	private final OtlpTestServer server = OtlpTestServer.open();

	private final StoredPipelines pipelines = new StoredPipelines(this.server, Signal.METRICS);

	@AfterEach
	void tearDown() {
		this.pipelines.close();
		this.server.close();
	}

	@Test
	void acknowledgedDeltasAreNotSentAgainAfterAKill() throws IOException {
		Path storage = this.directory.resolve("first");
		Pipeline first = this.pipelines.start(storage, this.settings);
		for (int i = 1; i <= 3; i++) {
			int delivered = i;
			first.accept(metric("metric-" + i)).join();
			await().until(() -> first.ledgers().get(0).routes().get(0).delivered() == delivered);
		}
		// What a kill leaves behind is what is on disk while the process lives.
		AtomicInteger copies = new AtomicInteger();
		await("far below the interval").until(() -> {
			Path copy = copy(storage, "copy-" + copies.incrementAndGet());
			Pipeline second = this.pipelines.start(copy, this.settings);
			return second.ledgers().get(0).routes().get(0).earlier().delivered() == 3;
		});
	}

	private Path copy(Path from, String name) throws IOException {
		Path to = this.directory.resolve(name);
		copy(from, to);
		return to;
	}

	private static void copy(Path from, Path to) throws IOException {
		List<Path> paths;
		try (Stream<Path> walk = Files.walk(from)) {
			paths = walk.toList();
		}
		for (Path path : paths) {
			Path target = to.resolve(from.relativize(path).toString());
			if (Files.isDirectory(path)) {
				Files.createDirectories(target);
			}
			else {
				copyFile(path, target);
			}
		}
	}

	private static void copyFile(Path from, Path to) throws IOException {
		try {
			Files.write(to, Files.readAllBytes(from));
		}
		catch (NoSuchFileException ex) {
			// One that has been given its name just now
		}
	}

	private static Batch metric(String name) {
		NumberDataPoint point = NumberDataPoint.newBuilder().setAsInt(1).build();
		byte[] request = ExportMetricsServiceRequest.newBuilder()
			.addResourceMetrics(ResourceMetrics.newBuilder()
				.addScopeMetrics(ScopeMetrics.newBuilder()
					.addMetrics(Metric.newBuilder().setName(name).setSum(Sum.newBuilder().addDataPoints(point)))))
			.build()
			.toByteArray();
		return new Batch(Signal.METRICS, Payload.of(request), 1);
	}

}
