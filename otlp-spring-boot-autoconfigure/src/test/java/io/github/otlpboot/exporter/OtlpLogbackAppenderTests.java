package io.github.otlpboot.exporter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.testing.Race;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpLogbackAppender}, from the logger to the bytes that a sink gets.
 */
class OtlpLogbackAppenderTests {

	private final RecordingSink sink = new RecordingSink();

	private final SdkLoggerProvider provider = SdkLoggerProvider.builder()
		.addLogRecordProcessor(SimpleLogRecordProcessor.create(SinkExporters.logRecordExporter(this.sink)))
		.build();

	private final LoggerContext context = new LoggerContext();

	private final OtlpLogbackAppender appender = new OtlpLogbackAppender();

	private final Logger logger = this.context.getLogger("com.example.Shop");

	@BeforeEach
	void setUp() {
		this.context.setMDCAdapter(new LogbackMDCAdapter());
		this.appender.setContext(this.context);
		this.appender.start();
		Logger root = this.context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		root.setLevel(Level.TRACE);
		root.addAppender(this.appender);
	}

	@AfterEach
	void tearDown() {
		this.provider.close();
		this.context.stop();
	}

	@Test
	void recordHoldsWhatTheEventHeld() {
		this.appender.install(this.provider);
		long before = System.currentTimeMillis();
		this.logger.info("Order {} of {}", 7, "Ann");
		ScopeLogs scope = scopes().get(0);
		assertThat(scope.getScope().getName()).isEqualTo("com.example.Shop");
		LogRecord record = scope.getLogRecords(0);
		assertThat(record.getBody().getStringValue()).isEqualTo("Order 7 of Ann");
		assertThat(record.getSeverityNumber()).isEqualTo(SeverityNumber.SEVERITY_NUMBER_INFO);
		assertThat(record.getSeverityText()).isEqualTo("INFO");
		assertThat(record.getTimeUnixNano() / 1_000_000).isBetween(before, System.currentTimeMillis());
		assertThat(attributes(record).get("thread.name").getStringValue()).isEqualTo(Thread.currentThread().getName());
		assertThat(record.getTraceId().isEmpty()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "TRACE, SEVERITY_NUMBER_TRACE", "DEBUG, SEVERITY_NUMBER_DEBUG", "INFO, SEVERITY_NUMBER_INFO",
			"WARN, SEVERITY_NUMBER_WARN", "ERROR, SEVERITY_NUMBER_ERROR" })
	void levelsBecomeSeverities(String level, SeverityNumber severity) {
		this.appender.install(this.provider);
		this.logger.atLevel(org.slf4j.event.Level.valueOf(level)).log("text");
		assertThat(records()).singleElement().returns(severity, LogRecord::getSeverityNumber);
	}

	@Test
	void exceptionIsAttached() {
		this.appender.install(this.provider);
		this.logger.error("Failed", new IllegalStateException("no stock"));
		Map<String, AnyValue> attributes = attributes(records().get(0));
		assertThat(attributes.get("exception.type").getStringValue()).isEqualTo("java.lang.IllegalStateException");
		assertThat(attributes.get("exception.message").getStringValue()).isEqualTo("no stock");
		assertThat(attributes.get("exception.stacktrace").getStringValue()).contains("exceptionIsAttached");
	}

	@Test
	void keyValuePairsKeepTheirTypes() {
		this.appender.install(this.provider);
		this.logger.atInfo()
			.addKeyValue("paid", true)
			.addKeyValue("amount", 12.5)
			.addKeyValue("items", 3)
			.addKeyValue("who", "Ann")
			.addKeyValue("nothing", (Object) null)
			.log("ordered");
		Map<String, AnyValue> attributes = attributes(records().get(0));
		assertThat(attributes.get("paid").getBoolValue()).isTrue();
		assertThat(attributes.get("amount").getDoubleValue()).isEqualTo(12.5);
		assertThat(attributes.get("items").getIntValue()).isEqualTo(3);
		assertThat(attributes.get("who").getStringValue()).isEqualTo("Ann");
		assertThat(attributes).doesNotContainKey("nothing");
	}

	@Test
	void valueThatCannotBeShownDoesNotCostTheLine() {
		this.appender.install(this.provider);
		this.logger.atInfo().addKeyValue("who", new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("no session");
			}

		}).addKeyValue("itself", new Object() {

			@Override
			public String toString() {
				return "of " + this;
			}

		}).log("ordered");
		Map<String, AnyValue> attributes = attributes(records().get(0));
		assertThat(attributes.get("itself").getStringValue()).isEqualTo("[FAILED toString()]");
		assertThat(attributes.get("who").getStringValue()).isEqualTo("[FAILED toString()]");
	}

	@Test
	void recordBelongsToTheSpanOfItsThread() {
		this.appender.install(this.provider);
		SpanContext span = SpanContext.create("0123456789abcdef0123456789abcdef", "0123456789abcdef",
				TraceFlags.getSampled(), TraceState.getDefault());
		try (Scope scope = Context.root().with(Span.wrap(span)).makeCurrent()) {
			assertThat(scope).isNotNull();
			this.logger.info("inside");
		}
		assertThat(records().get(0).getTraceId().toByteArray()).isEqualTo(span.getTraceIdBytes());
		assertThat(records().get(0).getSpanId().toByteArray()).isEqualTo(span.getSpanIdBytes());
	}

	@Test
	void eventOfAnUnknownLevelWithoutAMessageIsKept() {
		this.appender.install(this.provider);
		LoggingEvent event = new LoggingEvent();
		event.setLoggerName("com.example.Shop");
		event.setLevel(Level.OFF);
		event.setThreadName("main");
		event.setTimeStamp(1_700_000_000_000L);
		this.appender.doAppend(event);
		assertThat(records()).singleElement().satisfies((record) -> {
			assertThat(record.getTimeUnixNano()).isEqualTo(1_700_000_000_000_000_000L);
			assertThat(record.getSeverityNumber()).isEqualTo(SeverityNumber.SEVERITY_NUMBER_UNSPECIFIED);
			assertThat(record.hasBody()).isFalse();
		});
	}

	@Test
	void firstEventsAreReplayedInOrderWithTheirTime() {
		assertThat(this.appender.isInstalled()).isFalse();
		Instant before = Instant.now();
		for (int i = 0; i < 10; i++) {
			this.logger.info("line {}", i);
		}
		Instant after = Instant.now();
		assertThat(this.sink.batches()).isEmpty();
		assertThat(this.appender.install(this.provider)).isZero();
		assertThat(this.appender.isInstalled()).isTrue();
		assertThat(bodies()).containsExactlyElementsOf(IntStream.range(0, 10).mapToObj((i) -> "line " + i).toList());
		assertThat(records()).allSatisfy((record) -> assertThat(record.getTimeUnixNano() / 1_000_000)
			.isBetween(before.toEpochMilli(), after.toEpochMilli()));
	}

	@Test
	void keepsNoMoreThanItsBoundAndTellsOnceHowManyWereDropped() {
		for (int i = 0; i < OtlpLogbackAppender.MAX_EARLY_EVENTS + 5; i++) {
			this.logger.info("line {}", i);
		}
		assertThat(this.appender.install(this.provider)).isEqualTo(5);
		assertThat(records()).hasSize(OtlpLogbackAppender.MAX_EARLY_EVENTS);
		assertThat(this.appender.install(this.provider)).isZero();
	}

	@Test
	void noLineIsLostDoubledOrOvertakenWhileTheFirstAreReplayed() throws Exception {
		int threads = 4;
		int lines = 200;
		try (Race race = new Race(threads + 1)) {
			race.run((thread) -> {
				if (thread == threads) {
					this.appender.install(this.provider);
				}
				else {
					for (int i = 0; i < lines; i++) {
						this.logger.info("{}:{}", thread, i);
					}
				}
				return null;
			});
		}
		List<String> bodies = bodies();
		assertThat(bodies).hasSize(threads * lines);
		for (int thread = 0; thread < threads; thread++) {
			String prefix = thread + ":";
			assertThat(bodies.stream().filter((body) -> body.startsWith(prefix)).toList())
				.containsExactlyElementsOf(IntStream.range(0, lines).mapToObj((i) -> prefix + i).toList());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.opentelemetry.exporter.internal.http.HttpExporter", "io.micrometer.registry.otlp.X",
			"io.github.otlpboot.pipeline.RouteLog", "jdk.internal.httpclient.debug",
			"io.github.otlpboot.autoconfigure.PipelineFactory" })
	void eventsOfTheExportingItselfAreLeftOut(String name) {
		this.context.getLogger(name).info("early");
		this.appender.install(this.provider);
		this.context.getLogger(name).info("late");
		assertThat(this.sink.batches()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "io.github.otlpboot.sample.Shop", "io.micrometer.Other", "com.example.io.opentelemetry.X" })
	void eventsOfOthersAreNot(String name) {
		this.appender.install(this.provider);
		this.context.getLogger(name).info("text");
		assertThat(records()).hasSize(1);
	}

	@Test
	void eventsOfTheForwardersThreadsAreLeftOut() throws Exception {
		this.appender.install(this.provider);
		Thread thread = new Thread(() -> this.logger.info("from within"), "otlp-http-1");
		thread.start();
		thread.join();
		assertThat(this.sink.batches()).isEmpty();
	}

	@Test
	void whatIsLoggedWhileARecordIsMadeIsLeftOut() {
		List<String> seen = new ArrayList<>();
		LogRecordProcessor chatty = new LogRecordProcessor() {

			@Override
			public void onEmit(Context context, ReadWriteLogRecord record) {
				seen.add(String.valueOf(record.getBodyValue().asString()));
				OtlpLogbackAppenderTests.this.logger.info("about a record");
			}

			@Override
			public CompletableResultCode shutdown() {
				return CompletableResultCode.ofSuccess();
			}

		};
		try (SdkLoggerProvider own = SdkLoggerProvider.builder().addLogRecordProcessor(chatty).build()) {
			this.appender.install(own);
			this.logger.info("first");
			this.logger.info("second");
		}
		assertThat(seen).containsExactly("first", "second");
	}

	@Test
	void whatMakingARecordThrowsStaysHere() {
		LoggerProvider failing = (name) -> {
			throw new IllegalStateException("a defect");
		};
		this.appender.install(failing);
		this.logger.info("text");
		assertThat(this.context.getStatusManager().getCopyOfStatusList())
			.anyMatch((status) -> status.getMessage().contains("could not be turned into a record"));
		for (int i = 0; i < 10; i++) {
			this.logger.info("text");
		}
		assertThat(this.context.getStatusManager().getCopyOfStatusList())
			.filteredOn((status) -> status.getMessage().contains("could not be turned into a record"))
			.hasSize(3);
		this.appender.install(this.provider);
		this.logger.info("text");
		assertThat(records()).hasSize(1);
	}

	@Test
	void aLaterProviderTakesOver() {
		this.appender.install((name) -> LoggerProvider.noop().loggerBuilder(name));
		assertThat(this.appender.isInstalledWith(this.provider)).isFalse();
		this.appender.install(this.provider);
		assertThat(this.appender.isInstalledWith(this.provider)).isTrue();
		this.logger.info("text");
		assertThat(records()).hasSize(1);
	}

	private List<ScopeLogs> scopes() {
		return this.sink.batches()
			.stream()
			.map(OtlpLogbackAppenderTests::parse)
			.flatMap((request) -> request.getResourceLogsList().stream())
			.flatMap((resource) -> resource.getScopeLogsList().stream())
			.toList();
	}

	private static ExportLogsServiceRequest parse(Batch batch) {
		try {
			return ExportLogsServiceRequest.parseFrom(batch.payload().asByteBuffer());
		}
		catch (InvalidProtocolBufferException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<LogRecord> records() {
		return scopes().stream().flatMap((scope) -> scope.getLogRecordsList().stream()).toList();
	}

	private List<String> bodies() {
		return records().stream().map((record) -> record.getBody().getStringValue()).toList();
	}

	private static Map<String, AnyValue> attributes(LogRecord record) {
		return record.getAttributesList()
			.stream()
			.collect(Collectors.toMap((attribute) -> attribute.getKey(), (attribute) -> attribute.getValue()));
	}

}
