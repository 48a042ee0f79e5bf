package io.github.otlpboot.actuate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.StoredPipelines;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OtlpMeters} where telemetry is stored, and the ledger therefore older
 * than the process.
 */
class OtlpMetersTests {

	@TempDir
	private Path directory;

	private final SpanBatches batches = new SpanBatches();

	private final OtlpTestServer server = OtlpTestServer.open();

	private final StoredPipelines pipelines = new StoredPipelines(this.server, Signal.TRACES);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@AfterEach
	void tearDown() {
		this.pipelines.close();
		this.server.close();
	}

	@Test
	void countersStartAnewWhenTheLedgerGoesOn() {
		Pipeline first = start();
		deliver(first, 10, 10);
		lose(first, 3);
		this.server.answer(OtlpTestAnswer.status(503));
		first.accept(this.batches.make(20).batch()).join();
		first.close();
		Pipeline second = start();
		new OtlpMeters(second).bindTo(this.registry);
		assertThat(count("otlp.offered", "otlp.accepted", "otlp.delivered", "otlp.lost",
				"otel.sdk.exporter.span.exported"))
			.isZero();
		assertThat(gauge("otlp.pending")).isEqualTo(20);
		this.server.answer(OtlpTestAnswer.ok());
		deliver(second, 5, 38);
		assertThat(count("otlp.offered")).isEqualTo(5);
		assertThat(count("otlp.accepted")).isEqualTo(5);
		assertThat(count("otlp.delivered")).isEqualTo(25);
		assertThat(count("otlp.lost")).isZero();
		assertThat(count("otel.sdk.exporter.span.exported")).isEqualTo(25);
		assertThat(ledger(second).accepted()).isEqualTo(38);
		assertThat(ledger(second).routes().get(0).lostItems()).isEqualTo(3);
		assertThat(ledger(second).isBalanced()).isTrue();
	}

	@Test
	void slotOfAnotherInstanceMakesNoCounterJump() {
		Pipeline first = start();
		Pipeline other = start();
		deliver(first, 5, 5);
		deliver(other, 10, 10);
		lose(other, 3);
		this.server.answer(OtlpTestAnswer.status(503));
		other.accept(this.batches.make(20).batch()).join();
		other.close();
		first.close();
		Pipeline second = start();
		new OtlpMeters(second).bindTo(this.registry);
		await("the slot of the other one is adopted").until(() -> ledger(second).accepted() == 38);
		assertThat(count("otlp.offered", "otlp.accepted", "otlp.delivered", "otlp.lost")).isZero();
		assertThat(gauge("otlp.pending")).isEqualTo(20);
		this.server.answer(OtlpTestAnswer.ok());
		await().until(() -> count("otlp.delivered") == 20);
		await("the delivered slot is deleted").until(() -> !this.directory.resolve("slot-1/META").toFile().exists());
		assertThat(count("otlp.delivered")).isEqualTo(20);
		assertThat(count("otlp.offered", "otlp.accepted", "otlp.lost")).isZero();
		assertThat(ledger(second).isBalanced()).isTrue();
	}

	@Test
	void gaugesTellWhatIsStored() {
		Pipeline pipeline = start();
		new OtlpMeters(pipeline).bindTo(this.registry);
		assertThat(gauge("otlp.storage.durable")).isEqualTo(1);
		assertThat(this.registry.get("otlp.storage.limit").tag("signal", "traces").gauge().value()).isEqualTo(1 << 20);
		assertThat(this.registry.get("otlp.storage.free").gauge().value()).isPositive();
		assertThat(this.registry.get("otlp.storage.free").gauge().getId().getTags()).isEmpty();
		assertThat(this.registry.get("otlp.storage.used").tag("signal", "traces").gauge().getId().getBaseUnit())
			.isEqualTo("bytes");
	}

	private Pipeline start() {
		return this.pipelines.start(this.directory, StoredPipelines.settings(Duration.ofMillis(100), false));
	}

	private void deliver(Pipeline pipeline, int spans, long accepted) {
		pipeline.accept(this.batches.make(spans).batch()).join();
		await().until(() -> ledger(pipeline).accepted() == accepted
				&& ledger(pipeline).routes().get(0).pending().items() == 0);
	}

	private void lose(Pipeline pipeline, int spans) {
		this.server.answer(OtlpTestAnswer.status(400));
		pipeline.accept(this.batches.make(spans).batch()).join();
		await().until(() -> ledger(pipeline).routes().get(0).lostItems() == spans);
		this.server.answer(OtlpTestAnswer.ok());
	}

	private static SignalLedger ledger(Pipeline pipeline) {
		return pipeline.ledgers().get(0);
	}

	private double count(String... names) {
		return List.of(names)
			.stream()
			.flatMap((name) -> this.registry.get(name).functionCounters().stream())
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	private double gauge(String name) {
		Meter meter = this.registry.get(name).meter();
		return meter.measure().iterator().next().getValue();
	}

}
