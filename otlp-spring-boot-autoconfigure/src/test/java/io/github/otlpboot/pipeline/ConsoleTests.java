package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.Forwarder;
import io.github.otlpboot.forwarder.ForwarderContext;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RouteLog}, {@link RefusalLog} and {@link RouteObserver}: every line
 * that an operator may see, and how often.
 */
class ConsoleTests {

	private static final SendResult REFUSED = new SendResult.Retryable(
			new SendFailure(SendFailure.Kind.CONNECTION_REFUSED, null, null, true), null);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.otlpboot.pipeline");

	private final FakeTime time = new FakeTime();

	private final PipelineTime pipelineTime = new PipelineTime(this.time.clock(), this.time.nanos(), () -> 0.5);

	private final RouteLog log = new RouteLog("http://localhost:4318/v1/v1/traces", this.pipelineTime);

	private final Waiting waiting = new Waiting();

	private final Route route = route(this.waiting);

	@BeforeEach
	void setUp() {
		this.lines.start();
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void tearDown() {
		this.logger.detachAppender(this.lines);
	}

	@Test
	void outageIsToldWhenItBeginsAndEveryTenMinutes() {
		for (int second = 0; second < 1900; second++) {
			this.log.onAttempt(this.route, REFUSED, 1);
			this.time.advance(Duration.ofSeconds(1));
		}
		assertThat(messages()).hasSize(4)
			.allMatch((line) -> line.startsWith("default does not take traces: connection refused; 0 spans kept"));
		assertThat(this.lines.list).allMatch((line) -> line.getThrowableProxy() == null);
	}

	@Test
	void answerOfTheServerIsQuoted() {
		this.log.onAttempt(this.route,
				new SendResult.Held(new SendFailure(SendFailure.Kind.STATUS, "401", "no such token", false)), 1);
		assertThat(messages()).singleElement()
			.asString()
			.isEqualTo(
					"default does not take traces: it answers 401 (no such token); 0 spans kept, next attempt at once");
	}

	@Test
	void whereNobodyKnowsThePathItIsTold() {
		this.log.onAttempt(this.route,
				new SendResult.Held(new SendFailure(SendFailure.Kind.STATUS, "404", "no such page", false)), 1);
		assertThat(messages()).singleElement()
			.asString()
			.startsWith(
					"default does not take traces: it answers 404 at http://localhost:4318/v1/v1/traces (no such page);");
	}

	@Test
	void recoveryIsToldOnceWithTheBacklog() {
		this.log.onAttempt(this.route, REFUSED, 1);
		this.waiting.backlog = new Backlog(3, 500, 1000, this.time.millis());
		this.time.advance(Duration.ofSeconds(90));
		this.log.onStateChange(this.route, RouteState.RETRYING, RouteState.DELIVERING);
		this.log.onStateChange(this.route, RouteState.IDLE, RouteState.DELIVERING);
		assertThat(messages()).element(1)
			.isEqualTo("default takes traces again; 500 spans to deliver, the oldest 90 s old");
		assertThat(messages()).hasSize(2);
		// A new outage is told at once.
		this.log.onAttempt(this.route, REFUSED, 1);
		assertThat(messages()).hasSize(3);
	}

	@Test
	void drainOfALargeBacklogIsToldEveryTenSeconds() {
		this.waiting.backlog = new Backlog(100, 100_000, 1000, this.time.millis());
		this.log.onStateChange(this.route, RouteState.PAUSED, RouteState.DELIVERING);
		for (int second = 1; second <= 25; second++) {
			this.time.advance(Duration.ofSeconds(1));
			this.waiting.backlog = new Backlog(100, 100_000 - second * 1000L, 1000, this.time.millis());
			this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		}
		assertThat(messages()).hasSize(3);
		assertThat(messages().get(1))
			.isEqualTo("default takes traces: 90000 spans left to deliver, 1000 fewer each second, about 90 s to go");
		this.waiting.backlog = Backlog.EMPTY;
		this.time.advance(Duration.ofSeconds(10));
		this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		this.time.advance(Duration.ofSeconds(10));
		this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		assertThat(messages()).hasSize(4);
	}

	@Test
	void drainThatMakesNoHeadwaySaysSo() {
		this.waiting.backlog = new Backlog(100, 10_000, 1000, this.time.millis());
		this.log.onStateChange(this.route, RouteState.RETRYING, RouteState.DELIVERING);
		this.time.advance(Duration.ofSeconds(10));
		this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		assertThat(messages().get(1)).endsWith("10000 spans left to deliver, as many come as go");
	}

	@Test
	void smallBacklogIsNotTold() {
		this.waiting.backlog = new Backlog(100, BacklogProgress.LARGE - 1, 1000, this.time.millis());
		this.log.onStateChange(this.route, RouteState.RETRYING, RouteState.DELIVERING);
		this.time.advance(Duration.ofSeconds(10));
		this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		assertThat(messages()).hasSize(1);
	}

	@Test
	void nextOutageEndsTheReportOfTheDrain() {
		this.waiting.backlog = new Backlog(100, 10_000, 1000, this.time.millis());
		this.log.onStateChange(this.route, RouteState.RETRYING, RouteState.DELIVERING);
		this.log.onStateChange(this.route, RouteState.DELIVERING, RouteState.RETRYING);
		this.time.advance(Duration.ofSeconds(10));
		this.log.onAttempt(this.route, new SendResult.Accepted(), 1);
		assertThat(messages()).hasSize(1);
	}

	@Test
	void partialSuccessIsToldNowAndThen() {
		for (int i = 0; i < 100; i++) {
			this.log.onAttempt(this.route, new SendResult.Partial(3, "too old"), 1);
		}
		assertThat(messages()).containsExactly("default took traces with a remark: 3 spans rejected; too old");
	}

	@Test
	void lossIsToldOnceAMinuteWithItsSum() {
		this.log.onLoss(this.route, 5, LossReason.REJECTED);
		this.log.onLoss(this.route, 6, LossReason.REJECTED);
		this.time.advance(Duration.ofMinutes(1));
		this.log.onLoss(this.route, 7, LossReason.REJECTED);
		this.time.advance(Duration.ofMinutes(1));
		this.log.onLoss(this.route, 7, LossReason.SHUTDOWN);
		assertThat(messages()).hasSize(2);
		assertThat(messages().get(0)).startsWith("5 spans lost on the way to default (rejected)");
		assertThat(messages().get(1)).startsWith("13 spans lost");
	}

	@ParameterizedTest
	@EnumSource(RefusalReason.class)
	void refusalIsToldOnceAMinuteWithItsRemedy(RefusalReason reason) {
		RefusalLog refusals = new RefusalLog(Signal.LOGS, this.time.nanos());
		for (int second = 0; second < 61; second++) {
			refusals.refused(10, reason);
			this.time.advance(Duration.ofSeconds(1));
		}
		if (reason == RefusalReason.CLOSED) {
			assertThat(messages()).isEmpty();
		}
		else {
			assertThat(messages()).hasSize(2);
			assertThat(messages().get(0)).startsWith("10 log records refused: ");
			assertThat(messages().get(1)).startsWith("600 log records refused: ");
		}
	}

	@Test
	void oneItemIsSingular() {
		this.waiting.backlog = new Backlog(1, 1, 10, this.time.millis());
		this.log.onAttempt(this.route, REFUSED, 1);
		this.log.onAttempt(this.route, new SendResult.Partial(1, "too old"), 1);
		this.log.onStateChange(this.route, RouteState.RETRYING, RouteState.DELIVERING);
		this.log.onLoss(this.route, 1, LossReason.REJECTED);
		new RefusalLog(Signal.LOGS, this.time.nanos()).refused(1, RefusalReason.TOO_LARGE);
		assertThat(messages()).satisfiesExactly((line) -> assertThat(line).contains("; 1 span kept, "),
				(line) -> assertThat(line).contains(": 1 span rejected; "),
				(line) -> assertThat(line).contains("; 1 span to deliver, "),
				(line) -> assertThat(line).startsWith("1 span lost "),
				(line) -> assertThat(line).startsWith("1 log record refused: "));
	}

	@Test
	void waitOfLessThanASecondIsRoundedUp() {
		byte[] request = new byte[10];
		this.waiting.next = new SourcedBatch(1, this.time.millis(), new Batch(Signal.TRACES, Payload.of(request), 1));
		this.waiting.backlog = new Backlog(1, 1, request.length, this.time.millis());
		// The wait is a second, less half of it
		Route failing = route(this.waiting, CompletableFuture.completedFuture(REFUSED), () -> 0);
		Forwarder forwarder = new Forwarder(List.of(failing));
		while (forwarder.doWork() > 0) {
			// Until the answer has been seen
		}
		assertThat(failing.status().nextAttempt()).isEqualTo(this.time.millis() + 500);
		assertThat(messages()).singleElement().asString().endsWith("; 1 span kept, next attempt in 1 s");
	}

	@Test
	void listenerThatThrowsHarmsNobody() {
		List<AttemptListener> listeners = List.of((destination, signal, result, nanos) -> {
			throw new IllegalStateException("a listener's own trouble");
		}, (destination, signal, result, nanos) -> this.waiting.told = destination + signal.id() + nanos);
		new RouteObserver(this.log, new RecentLosses(this.time.nanos()), listeners).onAttempt(this.route,
				new SendResult.Accepted(), 7);
		assertThat(this.waiting.told).isEqualTo("defaulttraces7");
	}

	private List<String> messages() {
		return this.lines.list.stream()
			.filter((line) -> line.getLevel().isGreaterOrEqual(Level.INFO))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	private Route route(Waiting source) {
		return route(source, new CompletableFuture<>(), () -> 0.5);
	}

	private Route route(Waiting source, CompletableFuture<SendResult> answer, DoubleSupplier random) {
		Transport transport = new Transport() {

			@Override
			public CompletableFuture<SendResult> send(SendRequest request) {
				return answer;
			}

			@Override
			public void close() {
			}

		};
		return new Route("default", source, transport,
				new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, this.time.clock(), this.time.nanos()),
				new RouteSettings(new BatchSettings(10, 1000, Duration.ZERO),
						new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5, 0.5),
						Duration.ofSeconds(10), 1, LossReason.SHUTDOWN),
				this.log, new ForwarderContext(this.time.clock(), this.time.nanos(), random, () -> {
				}));
	}

	/**
	 * A backlog of whatever size a test wants.
	 */
	private static final class Waiting implements BatchSource {

		private Backlog backlog = Backlog.EMPTY;

		private @Nullable SourcedBatch next;

		private String told = "";

		@Override
		public Signal signal() {
			return Signal.TRACES;
		}

		@Override
		public @Nullable SourcedBatch next(long maxItems, long maxBytes) {
			SourcedBatch batch = this.next;
			this.next = null;
			return batch;
		}

		@Override
		public void settle(SourcedBatch batch, Settlement settlement) {
		}

		@Override
		public Backlog unread() {
			return this.backlog;
		}

		@Override
		public Backlog backlog() {
			return this.backlog;
		}

	}

}
