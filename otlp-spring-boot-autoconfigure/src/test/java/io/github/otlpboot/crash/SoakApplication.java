package io.github.otlpboot.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.github.otlpboot.autoconfigure.FaultyMachine;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.testing.FaultyDisk;
import io.github.otlpboot.testing.JumpingClock;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A whole application under load, whose disk and clock do what its standard input says.
 * Its arguments are its number, how many seconds its clock is ahead, and properties. It
 * ends at the end of its input.
 */
public final class SoakApplication {

	/** It is open: how long that has taken, in milliseconds, and what was lost before. */
	static final String OPEN = "open";

	/** Nothing but what is on disk is left behind by a kill; and what is lost by now. */
	static final String DURABLE = "durable";

	/** It stands still: what it uses, and the ledgers. */
	static final String SAMPLED = "sampled";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Nothing that happens here may lead to them. */
	private static final Set<LossReason> EXPECTED = EnumSet.of(LossReason.REJECTED, LossReason.PARTIAL_SUCCESS,
			LossReason.RETENTION_SIZE);

	private final ConfigurableApplicationContext context;

	private final Pipeline pipeline;

	private final SoakLoad load;

	private final Announcer announcer;

	private final AtomicLong unbalanced = new AtomicLong();

	private SoakApplication(ConfigurableApplicationContext context, SoakLoad load, Announcer announcer) {
		this.context = context;
		this.pipeline = context.getBean(Pipeline.class);
		this.load = load;
		this.announcer = announcer;
	}

	public static void main(String[] args) throws IOException {
		long start = System.nanoTime();
		PrintStream output = System.out;
		// Nothing but announcements on the standard output
		System.setOut(System.err);
		Announcer announcer = new Announcer(output);
		int generation = Integer.parseInt(args[0]);
		JumpingClock clock = new JumpingClock();
		clock.jump(Duration.ofSeconds(Long.parseLong(args[1])));
		SpringApplication application = new SpringApplication(Beans.class);
		application.addInitializers((created) -> created.getBeanFactory().registerSingleton("jumpingClock", clock));
		try (ConfigurableApplicationContext context = application.run(Arrays.copyOfRange(args, 2, args.length))) {
			SoakLoad load = new SoakLoad(generation, context.getBean(OtlpHttpSpanExporter.class),
					context.getBean(OtlpHttpLogRecordExporter.class), context.getBean(OtlpHttpMetricExporter.class),
					announcer);
			new SoakApplication(context, load, announcer).run(start);
		}
	}

	private void run(long start) throws IOException {
		List<String> words = new ArrayList<>();
		words.add(String.valueOf(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
		words.addAll(lost((route) -> route.lostItems() - route.lostItemsHere()));
		this.announcer.say(OPEN, words);
		this.load.start();
		Thread auditor = new Thread(this::audit, "auditor");
		auditor.setDaemon(true);
		auditor.start();
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String command = commands.readLine(); command != null; command = commands.readLine()) {
			obey(command.split(" "));
		}
	}

	private void obey(String[] words) {
		switch (words[0]) {
			case "disk" -> this.context.getBean(FaultyDisk.class).set(FaultyDisk.Fault.valueOf(words[1]));
			case "clock" -> this.context.getBean(JumpingClock.class).jump(Duration.ofSeconds(Long.parseLong(words[1])));
			case "durable" -> {
				awaitTrue(this::isDurable);
				List<String> figures = new ArrayList<>(List.of(String.valueOf(isDurable())));
				figures.addAll(lost(RouteLedger::lostItems));
				this.announcer.say(DURABLE, figures);
			}
			case "sample" -> {
				this.load.pause();
				sample(settledLedgers());
			}
			case "go" -> this.load.resume();
			default -> throw new IllegalArgumentException(words[0]);
		}
	}

	private List<String> lost(ToLongFunction<RouteLedger> figure) {
		return this.pipeline.ledgers()
			.stream()
			.flatMap((ledger) -> Stream.of(ledger.signal().name(),
					String.valueOf(figure.applyAsLong(ledger.routes().get(0)))))
			.toList();
	}

	private boolean isDurable() {
		StorageStatus storage = Objects.requireNonNull(this.pipeline.status().storage());
		return storage.isDurable() && storage.inMemory() == 0;
	}

	/**
	 * Return the ledgers of a moment at which nothing is pending, if one comes.
	 */
	private List<SignalLedger> settledLedgers() {
		AtomicReference<List<SignalLedger>> ledgers = new AtomicReference<>();
		awaitTrue(() -> {
			ledgers.set(this.pipeline.ledgers());
			return ledgers.get().stream().allMatch((ledger) -> ledger.routes().get(0).pending().isEmpty());
		});
		return ledgers.get();
	}

	private static void awaitTrue(BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean() && System.nanoTime() - start < PATIENCE.toNanos()) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
		}
	}

	private void audit() {
		while (true) {
			if (!this.pipeline.ledgers().stream().allMatch(SignalLedger::isBalanced)) {
				this.unbalanced.incrementAndGet();
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
		}
	}

	private void sample(List<SignalLedger> ledgers) {
		List<String> words = new ArrayList<>();
		words.add(String.valueOf(heap()));
		words.add(String.valueOf(ManagementFactory.getThreadMXBean().getThreadCount()));
		words.add(String.valueOf(disk()));
		words.add(String.valueOf(this.unbalanced.get()));
		for (SignalLedger ledger : ledgers) {
			RouteLedger route = ledger.routes().get(0);
			long refused = route.lost().getOrDefault(LossReason.REJECTED, 0L)
					+ route.lost().getOrDefault(LossReason.PARTIAL_SUCCESS, 0L);
			long unexpected = route.lost()
				.entrySet()
				.stream()
				.filter((lost) -> !EXPECTED.contains(lost.getKey()))
				.mapToLong((lost) -> lost.getValue())
				.sum();
			words.add(ledger.signal().name());
			for (long figure : new long[] { ledger.accepted(), ledger.acceptedHere(), route.delivered(),
					route.pending().items(), refused, route.lostItems() - refused, unexpected,
					ledger.refusedItems() }) {
				words.add(String.valueOf(figure));
			}
		}
		this.announcer.say(SAMPLED, words);
	}

	private static long heap() {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 3; i++) {
			System.gc();
			// Cleaners and references that the collection has queued
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
			used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return used;
	}

	private long disk() {
		Path directory = Path.of(Objects.requireNonNull(this.pipeline.status().storage()).directory());
		try (Stream<Path> files = Files.walk(directory)) {
			return files.mapToLong(SoakApplication::size).sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static long size(Path file) {
		try {
			return Files.isRegularFile(file) ? Files.size(file) : 0;
		}
		catch (NoSuchFileException ex) {
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The starter, on a machine that fails.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FaultyMachine.class)
	static class Beans {

		@Bean
		FaultyDisk faultyDisk() {
			return new FaultyDisk();
		}

	}

}
