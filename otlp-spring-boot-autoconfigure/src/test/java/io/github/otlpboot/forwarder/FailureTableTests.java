package io.github.otlpboot.forwarder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.forwarder.TestDestination.Case;
import io.github.otlpboot.forwarder.TestDestination.Options;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.SpanBatches;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of failures in the documents against what real servers answer, what the
 * transports make of it, and what a route does then.
 */
class FailureTableTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "ARCHITECTURE.md");

	private static final String WITH_WAIT = "any of the last two rows or RESOURCE_EXHAUSTED, with a wait";

	/** What RouteTests and TransportContractTests prove (C10). */
	private static final String NEVER_SENT = "a request over 64 MiB, which is never sent";

	private static final Pattern OTHER_CLASS = Pattern.compile("every other ([45])xx");

	private final List<Row> rows = rows();

	private final Set<Row> seen = new LinkedHashSet<>();

	@Test
	@DisplayName("C15, C18, C20, C24, C25, C26, T24: wait, breaker, route and data are as the documents say")
	void everyAnswerMakesWhatTheTableSays() throws Exception {
		try (TestDestination http = new HttpDestination(); TestDestination grpc = new GrpcDestination()) {
			for (TestDestination destination : List.of(http, grpc)) {
				Transport transport = destination.transport(destination.url(), Options.DEFAULT);
				for (Case answer : destination.answers()) {
					answer.answer().run();
					SendResult result = send(transport);
					boolean wait = answer.name().contains("Retry-After 7") || answer.name().contains("with RetryInfo");
					check(answer.name(), row(answer.status(), wait), wait, result);
				}
				destination.remark(1, "too old");
				check("partial", row("partial success"), false, send(transport));
				destination.answerOfSize(4 * 1024 * 1024 + 1, true);
				check("too large", row("an answer over 4 MiB"), false, send(transport));
				destination.take();
				check("success", row("success"), false, send(transport));
				Row none = this.rows.stream()
					.filter((row) -> row.answer().startsWith("no answer"))
					.findAny()
					.orElseThrow();
				URI https = URI.create(destination.url().toString().replace("http:", "https:"));
				check("TLS", none, false, send(destination.transport(https, Options.DEFAULT)));
				check("unknown host", none, false, send(
						destination.transport(URI.create("http://collector.invalid:4318/v1/traces"), Options.DEFAULT)));
				destination.stop();
				check("refused", none, false, send(transport));
			}
		}
		this.seen.add(row(NEVER_SENT));
		assertThat(this.seen).as("every row has been proved").containsExactlyInAnyOrderElementsOf(this.rows);
	}

	private static List<Row> rows() {
		try {
			String document = Files.readString(DOCUMENT);
			String section = document.substring(document.indexOf("## What becomes of a request"),
					document.indexOf("## The ledger"));
			return section.lines()
				.filter((line) -> line.startsWith("| "))
				.skip(1)
				.map((line) -> line.replace("`", "").split("\\|"))
				.map((cells) -> new Row(cells[1].trim(), cells[2].trim(), cells[3].trim(), cells[4].trim(),
						cells[5].trim()))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Row row(String answer) {
		return this.rows.stream().filter((row) -> row.answer().equals(answer)).findAny().orElseThrow();
	}

	private Row row(String status, boolean wait) {
		if (status.startsWith("2")) {
			return row("success");
		}
		Row row = this.rows.stream()
			.filter((candidate) -> candidate.names(status))
			.findAny()
			.orElseGet(
					() -> this.rows.stream().filter((candidate) -> candidate.covers(status)).findAny().orElseThrow());
		boolean retried = row.route().equals("retrying") || status.equals("RESOURCE_EXHAUSTED");
		return (wait && retried) ? row(WITH_WAIT) : row;
	}

	private void check(String name, Row row, boolean wait, SendResult result) {
		this.seen.add(row);
		Trial trial = new Trial();
		trial.answer(result);
		String breaker = (wait && row.breaker().equals("failure")) ? "ignored" : row.breaker();
		assertThat(trial.breaker()).as(name + ": breaker").isEqualTo(breaker);
		// Nothing is left to be delivered where nothing goes on
		boolean ended = row.data().startsWith("delivered") || row.data().equals("lost");
		assertThat(trial.route.status().state()).as(name + ": route")
			.isEqualTo(ended ? RouteState.IDLE : RouteState.valueOf(row.route().toUpperCase(Locale.ROOT)));
		Duration delay = trial.delay();
		switch (row.pause()) {
			case "none" -> assertThat(delay).as(name).isZero();
			case "backoff" -> assertThat(delay).as(name).isBetween(Duration.ofMillis(500), Duration.ofMillis(1500));
			case "asked" -> assertThat(delay).as(name).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));
			case "max-interval" -> assertThat(delay).as(name).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(45));
			default -> throw new AssertionError(row.pause());
		}
		switch (row.data()) {
			case "kept" -> {
				assertThat(trial.source.ledger().pending().items()).as(name).isEqualTo(4);
				assertThat(trial.source.ledger().lost()).as(name).isEmpty();
				trial.time.advance(delay);
				trial.route.doWork();
				assertThat(trial.sent()).as(name + ": the same again").containsExactly(4, 4);
			}
			case "taken apart" -> checkLost(name, trial, result, 4, 2, 2);
			case "divided" -> checkLost(name, trial, result, 4, 2, 1, 1, 2, 1, 1);
			case "lost" -> checkLost(name, trial, result, 4);
			case "delivered" -> {
				assertThat(trial.source.ledger().delivered()).as(name).isEqualTo(4);
				assertThat(trial.sent()).as(name).containsExactly(4);
			}
			case "delivered but for the rejects" -> {
				assertThat(trial.source.ledger().delivered()).as(name).isEqualTo(3);
				assertThat(trial.source.ledger().lost()).as(name).isEqualTo(Map.of(LossReason.PARTIAL_SUCCESS, 1L));
				assertThat(trial.sent()).as(name).containsExactly(4);
			}
			default -> throw new AssertionError(row.data());
		}
	}

	private static void checkLost(String name, Trial trial, SendResult result, Integer... sent) {
		for (int i = 0; i < 10 && trial.transport.open() > 0; i++) {
			trial.answer(result);
		}
		assertThat(trial.sent()).as(name).containsExactlyInAnyOrder(sent);
		assertThat(trial.source.ledger().lost()).as(name).isEqualTo(Map.of(LossReason.REJECTED, 4L));
		assertThat(trial.source.ledger().isBalanced()).isTrue();
	}

	private static SendResult send(Transport transport) throws Exception {
		SpanBatches.Made made = new SpanBatches().make(2);
		return transport.send(new SendRequest(Signal.TRACES, List.of(made.batch().payload()), 2))
			.get(20, TimeUnit.SECONDS);
	}

	/**
	 * A row of the table.
	 */
	private record Row(String answer, String pause, String breaker, String route, String data) {

		boolean names(String status) {
			return !this.answer.equals(WITH_WAIT) && Arrays.asList(this.answer.split(", ")).contains(status);
		}

		boolean covers(String status) {
			return Arrays.stream(this.answer.split(", "))
				.anyMatch((part) -> part.equals(status.charAt(0) + "xx") || OTHER_CLASS.matcher(part)
					.results()
					.anyMatch((result) -> result.group(1).charAt(0) == status.charAt(0)));
		}

	}

	/**
	 * A route with a request of two batches, with two spans each, and a breaker that has
	 * seen one failure.
	 */
	private static final class Trial {

		final FakeTime time = new FakeTime();

		final ScriptedTransport transport = new ScriptedTransport();

		final MemoryBatchSource source;

		final SingleLockCircuitBreaker breaker;

		final Route route;

		Trial() {
			BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(1000, 1_000_000), this.time.clock(),
					() -> {
					});
			this.source = new MemoryBatchSource(buffer);
			this.breaker = new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, this.time.clock(),
					this.time.nanos());
			this.breaker.tryAcquire().failure();
			this.route = new Route("default", this.source, this.transport, this.breaker,
					new RouteSettings(new BatchSettings(1000, 1_000_000, Duration.ZERO), RetrySettings.DEFAULTS,
							Duration.ofSeconds(10), 1, LossReason.SHUTDOWN),
					new RouteListener() {
					}, new ForwarderContext(this.time.clock(), this.time.nanos(), () -> 0.5, () -> {
					}));
			for (int i = 0; i < 2; i++) {
				assertThat(buffer.offer(new SpanBatches().make(2).batch())).isNull();
			}
			this.route.doWork();
			assertThat(sent()).containsExactly(4);
		}

		void answer(SendResult result) {
			this.transport.answerLast(result);
			this.route.doWork();
		}

		String breaker() {
			return switch ((int) this.breaker.snapshot().consecutiveFailures()) {
				case 0 -> "success";
				case 1 -> "ignored";
				default -> "failure";
			};
		}

		// What is due at once has been sent already, and waits for its answer.
		Duration delay() {
			boolean goesOn = this.transport.open() > 0 || this.source.ledger().pending().items() == 0;
			return goesOn ? Duration.ZERO : Duration.ofNanos(this.route.nanosUntilWork());
		}

		List<Integer> sent() {
			List<Integer> items = new ArrayList<>();
			this.transport.requests().forEach((request) -> items.add(request.items()));
			return items;
		}

	}

}
