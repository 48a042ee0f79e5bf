package io.github.otlpboot.benchmark.application;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.otlpboot.benchmark.harness.RealSpans;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that makes spans on one thread, as it is told, and closes at the end of
 * its input. It greets with {@code ready}.
 */
public final class TracedApplication {

	/** As many different batches as one request holds with the default settings. */
	static final int BATCHES = 16;

	private final ConfigurableApplicationContext context;

	private final Tracer tracer;

	private TracedApplication(ConfigurableApplicationContext context) {
		this.context = context;
		this.tracer = context.getBean(OpenTelemetry.class).getTracer("org.springframework.boot");
	}

	public static void main(String[] args) throws IOException {
		PrintStream answers = System.out;
		// Nothing but answers on the standard output
		System.setOut(System.err);
		try (ConfigurableApplicationContext context = SpringApplication.run(Everything.class, args)) {
			TracedApplication application = new TracedApplication(context);
			answers.println("ready");
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				answers.println(application.answer(List.of(line.split(" "))));
			}
		}
	}

	private String answer(List<String> words) {
		return switch (words.get(0)) {
			case "make" -> make(Long.parseLong(words.get(1)), Long.parseLong(words.get(2)));
			case "steady" -> steady(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
			case "store" -> store(Long.parseLong(words.get(1)));
			case "drain" -> drain(Long.parseLong(words.get(1)));
			default -> throw new IllegalArgumentException(words.toString());
		};
	}

	/**
	 * Make spans one after the other for a while, as fast as it goes unless there is a
	 * pace.
	 * @param millis how long
	 * @param perSecond how many a second, {@code 0} for as many as it goes
	 * @return how many, and the first and the last moment
	 */
	private String make(long millis, long perSecond) {
		Random random = new Random(1);
		long from = micros();
		long start = System.nanoTime();
		long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
		long made = 0;
		while (System.nanoTime() < end) {
			made += RealSpans.makeRequest(this.tracer, random);
			if (perSecond > 0) {
				awaitNanos(start + made * TimeUnit.SECONDS.toNanos(1) / perSecond);
			}
		}
		return made + " " + from + " " + micros();
	}

	private static void awaitNanos(long due) {
		for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private static long micros() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private String steady(int perSecond, int count) {
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			this.tracer.spanBuilder("order.place").setAttribute("order.id", i).startSpan().end();
			awaitNanos(start + (i + 1) * TimeUnit.SECONDS.toNanos(1) / perSecond);
		}
		return String.valueOf(count);
	}

	/**
	 * Store serialized requests of 512 spans, as the exporter would.
	 * @param bytes how much at least
	 * @return the bytes and the spans
	 */
	private String store(long bytes) {
		Pipeline pipeline = this.context.getBean(Pipeline.class);
		List<byte[]> requests = RealSpans.requests(BATCHES);
		long stored = 0;
		long spans = 0;
		for (int i = 0; stored < bytes; i++) {
			byte[] request = requests.get(i % requests.size());
			Batch batch = new Batch(Signal.TRACES, Payload.of(request), RealSpans.BATCH);
			if (!pipeline.accept(batch).join().isAccepted()) {
				throw new IllegalStateException("Refused after " + stored + " bytes");
			}
			stored += request.length;
			spans += RealSpans.BATCH;
		}
		return stored + " " + spans;
	}

	/**
	 * Export what waits, and wait until it is delivered.
	 * @param timeoutMillis how long that may take
	 * @return the spans that are lost after they were accepted
	 */
	private String drain(long timeoutMillis) {
		SdkTracerProvider provider = this.context.getBean(SdkTracerProvider.class);
		provider.forceFlush().join(timeoutMillis, TimeUnit.MILLISECONDS);
		Pipeline pipeline = this.context.getBeanProvider(Pipeline.class).getIfAvailable();
		if (pipeline == null) {
			// Spring Boot's exporter accepts what the sink has answered
			return "0";
		}
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
		while (route(pipeline).pending().items() > 0) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("Not delivered: " + pipeline.ledgers());
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
		}
		return String.valueOf(route(pipeline).lostItemsHere());
	}

	private static RouteLedger route(Pipeline pipeline) {
		return pipeline.ledgers()
			.stream()
			.filter((ledger) -> ledger.signal() == Signal.TRACES)
			.findFirst()
			.orElseThrow()
			.routes()
			.get(0);
	}

	/**
	 * All that is on the class path.
	 */
	@EnableAutoConfiguration
	static final class Everything {

	}

}
