package io.github.otlpboot.sample.kill;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.sample.SampleApplication;
import io.github.otlpboot.sample.control.CollectorInitializer;
import io.github.otlpboot.sample.kill.Told.When;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample application, which tells on its standard output, fifty times a second, what
 * its pipeline has accepted and what has become of it. It closes at the end of its
 * standard input, so that it never outlives whoever started it.
 * <p>
 * No {@code @Configuration}: the sample application's scan would find it.
 */
public final class KilledApplication {

	private static final Duration INTERVAL = Duration.ofMillis(20);

	private final Pipeline pipeline;

	private final PrintStream output;

	private final Map<Signal, FileTime> saved = new EnumMap<>(Signal.class);

	private KilledApplication(Pipeline pipeline, PrintStream output) {
		this.pipeline = pipeline;
		this.output = output;
	}

	public static void main(String[] args) throws IOException {
		PrintStream output = System.out;
		// Nothing but ledgers on the standard output
		System.setOut(System.err);
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.addInitializers(new CollectorInitializer());
		ConfigurableApplicationContext context = application.run(args);
		KilledApplication killed = new KilledApplication(context.getBean(Pipeline.class), output);
		Thread thread = new Thread(killed::run, "ledgers");
		thread.setDaemon(true);
		thread.start();
		while (System.in.read() != -1) {
			// Whatever it is told.
		}
		context.close();
		thread.interrupt();
		join(thread);
		killed.tell(When.ENDED);
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (!Thread.currentThread().isInterrupted()) {
			tell(When.RUNNING);
			LockSupport.parkNanos(INTERVAL.toNanos());
		}
	}

	private void tell(When when) {
		Path slot = Path.of(Objects.requireNonNull(this.pipeline.status().storage()).directory());
		Map<Signal, Boolean> newCursors = new EnumMap<>(Signal.class);
		for (Signal signal : Signal.values()) {
			// Before the figures are read, so that they are at least what the file has
			newCursors.put(signal, isSavedSince(slot, signal));
		}
		for (SignalLedger ledger : this.pipeline.ledgers()) {
			RouteLedger route = ledger.routes().get(0);
			this.output.print(new Told(when, ledger.signal(), ledger.accepted(), ledger.earlier(), route.delivered(),
					route.earlier().delivered(), route.lostItems(), route.pending().items(),
					newCursors.getOrDefault(ledger.signal(), false))
				.line());
		}
		this.output.flush();
	}

	private boolean isSavedSince(Path slot, Signal signal) {
		try (Stream<Path> files = Files.list(slot.resolve(signal.id()).resolve("cursors"))) {
			List<Path> cursors = files.filter((file) -> file.toString().endsWith(".cur")).toList();
			FileTime latest = (cursors.isEmpty()) ? null : Files.getLastModifiedTime(cursors.get(0));
			return latest != null && !latest.equals(this.saved.put(signal, latest));
		}
		catch (IOException ex) {
			// There is none yet, or it is just being replaced.
			return false;
		}
	}

}
