package io.github.otlpboot.tool;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Malformed;
import io.github.otlpboot.model.OtlpRequests;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.LogsData;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.MetricsData;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link OtlpJson}, with the protobuf library as the reference of what a
 * request says.
 */
class OtlpJsonTests {

	private final List<byte[]> exported = new ArrayList<>();

	private final BatchSink sink = (batch) -> {
		this.exported.add(bytes(batch));
		return CompletableFuture.completedFuture(AcceptResult.accepted(batch.items()));
	};

	@Test
	@DisplayName("C33, C36: spans of the SDK")
	void writesSpans() throws IOException {
		try (SdkTracerProvider provider = SdkTracerProvider.builder()
			.addSpanProcessor(SimpleSpanProcessor.create(SinkExporters.spanExporter(this.sink)))
			.build()) {
			Tracer tracer = provider.tracerBuilder("shop").setInstrumentationVersion("1.2").build();
			Span parent = tracer.spanBuilder("checkout").setSpanKind(SpanKind.SERVER).startSpan();
			Span child = tracer.spanBuilder("pay \"now\"\n\t\\ \u2028")
				.setParent(Context.root().with(parent))
				.addLink(parent.getSpanContext())
				.setAttribute("text", "Gr\u00fc\u00dfe \u2713 \ud83d\ude80")
				.setAttribute("long", Long.MIN_VALUE)
				.setAttribute("double", 1e300)
				.setAttribute("boolean", false)
				.setAttribute(AttributeKey.longArrayKey("list"), List.of(1L, -2L))
				.startSpan();
			child.addEvent("retried", Attributes.of(AttributeKey.longKey("attempt"), 2L));
			child.setStatus(StatusCode.ERROR, "card refused");
			child.end();
			parent.end();
			String line = checked(Signal.TRACES).get(0);
			assertThat(line).startsWith("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\"")
				.contains("\"traceId\":\"" + child.getSpanContext().getTraceId() + "\"")
				.contains("\"parentSpanId\":\"" + parent.getSpanContext().getSpanId() + "\"")
				.contains("\"name\":\"pay \\\"now\\\"\\n\\t\\\\ \\u2028\"")
				.contains("{\"key\":\"long\",\"value\":{\"intValue\":\"-9223372036854775808\"}}")
				.contains("{\"key\":\"boolean\",\"value\":{\"boolValue\":false}}")
				.contains("\"kind\":1")
				.contains("\"status\":{\"message\":\"card refused\",\"code\":2}");
		}
	}

	@Test
	@DisplayName("C33, C34: metrics of the SDK")
	void writesMetrics() throws IOException {
		try (SdkMeterProvider provider = SdkMeterProvider.builder()
			.registerView(InstrumentSelector.builder().setName("exponential").build(),
					View.builder().setAggregation(Aggregation.base2ExponentialBucketHistogram()).build())
			.registerMetricReader(
					PeriodicMetricReader.create(SinkExporters.metricExporter(this.sink, Temporality.CUMULATIVE)))
			.build(); SdkTracerProvider tracers = SdkTracerProvider.builder().build()) {
			Meter meter = provider.get("shop");
			meter.gaugeBuilder("infinite").buildWithCallback((gauge) -> gauge.record(Double.NEGATIVE_INFINITY));
			Span span = tracers.get("shop").spanBuilder("measured").startSpan();
			Context context = Context.root().with(span);
			meter.counterBuilder("counter").build().add(3, Attributes.of(AttributeKey.stringKey("a"), "b"), context);
			meter.histogramBuilder("histogram").build().record(17.5);
			meter.histogramBuilder("exponential").build().record(0.001);
			meter.histogramBuilder("exponential").build().record(0);
			provider.forceFlush();
			assertThat(checked(Signal.METRICS).get(0)).contains("\"asDouble\":\"-Infinity\"")
				.contains("\"asInt\":\"3\"")
				.contains("\"aggregationTemporality\":2")
				.contains("\"isMonotonic\":true")
				.contains("\"exemplars\":[{\"timeUnixNano\":\"")
				.contains("\"spanId\":\"" + span.getSpanContext().getSpanId() + "\"")
				.contains("\"bucketCounts\":[\"0\",\"0\",\"0\",\"1\",\"0\"")
				.contains("\"zeroCount\":\"1\"")
				.contains("\"explicitBounds\":[0.0,5.0,10.0");
		}
	}

	@Test
	@DisplayName("C33: log records of the SDK")
	void writesLogRecords() throws IOException {
		try (SdkLoggerProvider provider = SdkLoggerProvider.builder()
			.addLogRecordProcessor(SimpleLogRecordProcessor.create(SinkExporters.logRecordExporter(this.sink)))
			.build()) {
			provider.get("shop")
				.logRecordBuilder()
				.setSeverity(Severity.WARN)
				.setSeverityText("WARN")
				.setEventName("cart.emptied")
				.setBody(Value.of(KeyValue.of("bytes", Value.of(new byte[] { -1, 0, 1, 2 })),
						KeyValue.of("list", Value.of(Value.of(true), Value.of("x"), Value.of(0.25)))))
				.setAttribute("n", 1)
				.emit();
			assertThat(checked(Signal.LOGS).get(0)).contains("\"severityNumber\":13")
				.contains("\"eventName\":\"cart.emptied\"")
				.contains(
						"\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"bytes\",\"value\":{\"bytesValue\":\"/wABAg==\"}}")
				.contains("{\"arrayValue\":{\"values\":[{\"boolValue\":true},{\"stringValue\":\"x\"}"
						+ ",{\"doubleValue\":0.25}]}}");
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyFieldOfOtlpIsKnown(Signal signal) {
		Descriptor descriptor = switch (signal) {
			case TRACES -> TracesData.getDescriptor();
			case METRICS -> MetricsData.getDescriptor();
			case LOGS -> LogsData.getDescriptor();
		};
		assertSame(descriptor, MessageType.of(signal), new ArrayList<>());
	}

	private static void assertSame(Descriptor descriptor, MessageType type, List<Descriptor> seen) {
		if (seen.contains(descriptor)) {
			return;
		}
		seen.add(descriptor);
		assertThat(type.fields()).as(descriptor.getName())
			.extracting(MessageField::number)
			.containsExactlyInAnyOrderElementsOf(
					descriptor.getFields().stream().map(FieldDescriptor::getNumber).toList());
		for (FieldDescriptor expected : descriptor.getFields()) {
			MessageField field = type.field(expected.getNumber());
			assertThat(field).isNotNull();
			assertThat(field.name()).isEqualTo(expected.getJsonName());
			assertThat(field.label()).as(expected.getFullName()).isEqualTo(label(expected));
			String kind = (expected.getName().endsWith("_id")) ? "ID" : expected.getType().name();
			assertThat(field.kind().name()).as(expected.getFullName()).isEqualTo(kind);
			if (field.type() != null) {
				assertSame(expected.getMessageType(), field.type().get(), seen);
			}
		}
	}

	private static MessageField.Label label(FieldDescriptor field) {
		if (field.isRepeated()) {
			return MessageField.Label.REPEATED;
		}
		if (field.getRealContainingOneof() != null) {
			assertThat(field.getContainingType().getRealOneofs()).hasSize(1);
			return MessageField.Label.CHOICE;
		}
		return (field.hasPresence()) ? MessageField.Label.EXPLICIT : MessageField.Label.IMPLICIT;
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("C33, C34: both readers see in random requests what was written")
	void writesEveryField(Signal signal) throws IOException {
		for (int seed = 0; seed < 60; seed++) {
			Message request = OtlpRequests.random(signal, new Random(seed));
			byte[] bytes = request.toByteArray();
			JsonLines.check(signal, bytes, JsonLines.of(signal, bytes));
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("What is scattered, repeated, unpacked, or taken away by another member of a oneof means what it means to protobuf")
	void mergesAsProtobufDoes(Signal signal) throws IOException {
		int differentFromSorted = 0;
		Map<Descriptor, List<byte[]>> donors = new HashMap<>();
		for (int seed = 1000; seed < 1010; seed++) {
			collect(OtlpRequests.random(signal, new Random(seed)), donors);
		}
		for (int seed = 0; seed < 60; seed++) {
			Random random = new Random(seed);
			Message request = OtlpRequests.random(signal, random);
			byte[] bytes = scatter(request.getDescriptorForType(), request.toByteArray(), donors, random);
			if (!JsonLines.known(signal, bytes).equals(JsonLines.known(signal, request.toByteArray()))) {
				differentFromSorted++;
			}
			JsonLines.check(signal, bytes, JsonLines.of(signal, bytes));
		}
		assertThat(differentFromSorted).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T39: of random damage, only a value that says what is wrong, and no piece of a line")
	void whenDamagedSaysSoOrWritesWhatIsThere(Signal signal) throws IOException {
		int malformed = 0;
		int read = 0;
		for (int seed = 0; seed < 3000; seed++) {
			Random random = new Random(seed);
			byte[] bytes = OtlpRequests.random(signal, random.nextBoolean() ? new Random(seed % 20) : random)
				.toByteArray();
			if (bytes.length > 5000) {
				bytes = Arrays.copyOf(bytes, random.nextInt(5000));
			}
			for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
				bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
			}
			StringBuilder line = new StringBuilder();
			Malformed result = OtlpJson.write(signal, bytes, 0, bytes.length, line);
			if (result != null) {
				malformed++;
				assertThat(line).isEmpty();
				assertThat(result.offset()).isBetween(0, bytes.length);
				continue;
			}
			Message expected = parsed(signal, bytes);
			if (expected != null) {
				read++;
				assertThat(JsonLines.parse(signal, line.toString())).isEqualTo(expected);
			}
		}
		assertThat(malformed).isGreaterThan(500);
		assertThat(read).isGreaterThan(200);
	}

	@Test
	@DisplayName("T39: of random bytes, only the declared outcome")
	void whenRandomBytesEndsWithTheDeclaredOutcome() throws IOException {
		Random random = new Random(7);
		int malformed = 0;
		for (int i = 0; i < 20000; i++) {
			byte[] bytes = new byte[random.nextInt(200)];
			random.nextBytes(bytes);
			if (bytes.length > 2 && random.nextBoolean()) {
				bytes[0] = 0x0A;
				bytes[1] = (byte) (bytes.length - 2);
			}
			Signal signal = Signal.values()[random.nextInt(3)];
			StringBuilder line = new StringBuilder();
			if (OtlpJson.write(signal, bytes, 0, bytes.length, line) != null) {
				malformed++;
				assertThat(line).isEmpty();
			}
		}
		assertThat(malformed).isBetween(10000, 19999);
	}

	@Test
	void readsOnlyItsRangeOfTheArray() throws IOException {
		byte[] request = OtlpRequests.random(Signal.LOGS, new Random(1)).toByteArray();
		byte[] array = OtlpRequests.concat(new byte[] { 1, 2, 3 }, request, new byte[] { -1, -1 });
		StringBuilder line = new StringBuilder();
		assertThat(OtlpJson.write(Signal.LOGS, array, 3, request.length, line)).isNull();
		assertThat(line).hasToString(JsonLines.of(Signal.LOGS, request));
		assertThat(OtlpJson.write(Signal.LOGS, array, 3, request.length + 1, line))
			.isEqualTo(new Malformed(request.length + 1, Malformed.Reason.TRUNCATED));
	}

	@Test
	void whenRequestIsEmptyWritesAnEmptyObject() {
		assertThat(JsonLines.of(Signal.TRACES, new byte[0])).isEqualTo("{}");
	}

	@Test
	void whenTextIsNotUtf8ReplacesIt() {
		byte[] record = OtlpRequests.field(3, new byte[] { 'a', (byte) 0xC3, 'b' });
		assertThat(
				JsonLines.of(Signal.LOGS, OtlpRequests.field(1, OtlpRequests.field(2, OtlpRequests.field(2, record)))))
			.isEqualTo("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"severityText\":\"a\uFFFDb\"}]}]}]}");
	}

	@Test
	void escapesEveryControlCharacter() throws IOException {
		StringBuilder text = new StringBuilder();
		for (char character = 0; character < 0x250; character++) {
			text.append(character);
		}
		byte[] bytes = request(LogRecord.newBuilder().setSeverityText(text.append("\u2028\u2029").toString()))
			.toByteArray();
		String line = JsonLines.of(Signal.LOGS, bytes);
		JsonLines.check(Signal.LOGS, bytes, line);
		assertThat(line.lines()).hasSize(1);
		assertThat(line.codePoints()).noneMatch((character) -> Character.getType(character) == Character.LINE_SEPARATOR
				|| character < ' ' || character == 0x85);
	}

	@Test
	@DisplayName("T39: nesting is bounded where protobuf bounds it")
	void whenNestedTooDeepSaysSo() throws IOException {
		// Request, resource, scope and record are three levels, then the body and two for
		// each array
		for (int arrays = 40; arrays < 60; arrays++) {
			byte[] bytes = request(LogRecord.newBuilder().setBody(nested(arrays))).toByteArray();
			StringBuilder line = new StringBuilder();
			Malformed malformed = OtlpJson.write(Signal.LOGS, bytes, 0, bytes.length, line);
			if (arrays <= 48) {
				assertThat(malformed).isNull();
				JsonLines.check(Signal.LOGS, bytes, line.toString());
			}
			else {
				assertThat(malformed).isNotNull();
				assertThat(malformed.reason()).isEqualTo(Malformed.Reason.DEPTH);
				assertThat(line).isEmpty();
				assertThat(parsed(Signal.LOGS, bytes)).isNull();
			}
		}
		byte[] deepest = new byte[0];
		for (int level = 0; level < 20_000; level++) {
			deepest = OtlpRequests.field((level % 2 == 0) ? 1 : 5, deepest);
		}
		byte[] body = OtlpRequests.field(5, deepest);
		byte[] bytes = OtlpRequests.field(1, OtlpRequests.field(2, OtlpRequests.field(2, body)));
		assertThat(OtlpJson.write(Signal.LOGS, bytes, 0, bytes.length, new StringBuilder())).isNotNull()
			.extracting(Malformed::reason)
			.isEqualTo(Malformed.Reason.DEPTH);
	}

	@Test
	@DisplayName("C34: doubles that JSON has no number for, and the largest integers")
	void writesTheEndsOfNumbers() throws IOException {
		SummaryDataPoint.Builder point = SummaryDataPoint.newBuilder().setCount(-1).setFlags(-1);
		for (double value : new double[] { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
				Double.MIN_VALUE, Double.MAX_VALUE }) {
			point.addQuantileValues(ValueAtQuantile.newBuilder().setValue(value));
		}
		byte[] bytes = MetricsData.newBuilder()
			.addResourceMetrics(ResourceMetrics.newBuilder()
				.addScopeMetrics(ScopeMetrics.newBuilder()
					.addMetrics(Metric.newBuilder().setSummary(Summary.newBuilder().addDataPoints(point)))))
			.build()
			.toByteArray();
		String line = JsonLines.of(Signal.METRICS, bytes);
		JsonLines.check(Signal.METRICS, bytes, line);
		assertThat(line).contains("{\"count\":\"18446744073709551615\",\"quantileValues\":[{\"value\":\"NaN\"},"
				+ "{\"value\":\"Infinity\"},{\"value\":\"-Infinity\"},{\"value\":4.9E-324},"
				+ "{\"value\":1.7976931348623157E308}],\"flags\":4294967295}");
	}

	@Test
	void whereverTheOutputFailsThrowsItsException() {
		byte[] bytes = OtlpRequests.random(Signal.TRACES, new Random(3)).toByteArray();
		int length = JsonLines.of(Signal.TRACES, bytes).length();
		for (int room = 0; room < Math.min(length, 3000); room++) {
			Writer full = new FullWriter(room);
			assertThatIOException().isThrownBy(() -> OtlpJson.write(Signal.TRACES, bytes, 0, bytes.length, full))
				.withMessage("No space left on device");
		}
	}

	@Test
	void keepsTheSignOfZero() {
		// Text only, for protobuf's parser of JSON loses the sign
		byte[] sum = MetricsData.newBuilder()
			.addResourceMetrics(ResourceMetrics.newBuilder()
				.addScopeMetrics(ScopeMetrics.newBuilder()
					.addMetrics(Metric.newBuilder()
						.setSummary(Summary.newBuilder().addDataPoints(SummaryDataPoint.newBuilder().setSum(-0.0))))))
			.build()
			.toByteArray();
		assertThat(JsonLines.of(Signal.METRICS, sum)).contains("{\"sum\":-0.0}");
	}

	private List<String> checked(Signal signal) throws IOException {
		assertThat(this.exported).isNotEmpty();
		List<String> lines = new ArrayList<>();
		for (byte[] request : this.exported) {
			String line = JsonLines.of(signal, request);
			JsonLines.check(signal, request, line);
			lines.add(line);
		}
		return lines;
	}

	private static byte[] bytes(Batch batch) {
		byte[] array = batch.payload().array();
		return Arrays.copyOfRange(array, batch.payload().offset(), batch.payload().offset() + batch.payload().length());
	}

	private static AnyValue nested(int arrays) {
		AnyValue value = AnyValue.newBuilder().setStringValue("core").build();
		for (int i = 0; i < arrays; i++) {
			value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
		}
		return value;
	}

	private static LogsData request(LogRecord.Builder record) {
		return LogsData.newBuilder()
			.addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
			.build();
	}

	private static Message parsed(Signal signal, byte[] bytes) {
		try {
			return JsonLines.known(signal, bytes);
		}
		catch (InvalidProtocolBufferException ex) {
			return null;
		}
	}

	/**
	 * Return a message with the fields of all its levels in any order, some of them more
	 * than once, others together with those of another message of their type, and packed
	 * numbers partly unpacked.
	 */
	private static byte[] scatter(Descriptor descriptor, byte[] message, Map<Descriptor, List<byte[]>> donors,
			Random random) throws IOException {
		List<byte[]> others = donors.getOrDefault(descriptor, List.of());
		byte[] source = message;
		if (!others.isEmpty() && random.nextInt(3) == 0) {
			source = OtlpRequests.concat(message, others.get(random.nextInt(others.size())));
		}
		CodedInputStream input = CodedInputStream.newInstance(source);
		List<byte[]> fields = new ArrayList<>();
		while (!input.isAtEnd()) {
			int start = input.getTotalBytesRead();
			int tag = input.readTag();
			int number = WireFormat.getTagFieldNumber(tag);
			FieldDescriptor field = descriptor.findFieldByNumber(number);
			if (field != null && field.getType() == FieldDescriptor.Type.MESSAGE) {
				byte[] nested = input.readByteArray();
				fields.add(OtlpRequests.field(number, scatter(field.getMessageType(), nested, donors, random)));
				if (random.nextInt(3) == 0) {
					fields.add(OtlpRequests.field(number, scatter(field.getMessageType(), nested, donors, random)));
				}
				continue;
			}
			if (field != null && field.isPackable()
					&& WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED && random.nextBoolean()) {
				fields.addAll(unpacked(field, input.readBytes()));
				continue;
			}
			input.skipField(tag);
			byte[] whole = Arrays.copyOfRange(source, start, input.getTotalBytesRead());
			fields.add(whole);
			if (random.nextInt(4) == 0) {
				fields.add(whole);
			}
		}
		Collections.shuffle(fields, random);
		return OtlpRequests.concat(fields.toArray(byte[][]::new));
	}

	private static void collect(Message message, Map<Descriptor, List<byte[]>> messages) {
		byte[] bytes = message.toByteArray();
		if (bytes.length < 200) {
			messages.computeIfAbsent(message.getDescriptorForType(), (key) -> new ArrayList<>()).add(bytes);
		}
		message.getAllFields().forEach((field, value) -> {
			if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
				List<?> values = field.isRepeated() ? (List<?>) value : List.of(value);
				values.forEach((each) -> collect((Message) each, messages));
			}
		});
	}

	private static List<byte[]> unpacked(FieldDescriptor field, ByteString packed) throws IOException {
		CodedInputStream input = packed.newCodedInput();
		List<byte[]> fields = new ArrayList<>();
		int tag = field.getNumber() << 3 | field.getLiteType().getWireType();
		while (!input.isAtEnd()) {
			int start = input.getTotalBytesRead();
			if (field.getLiteType().getWireType() == WireFormat.WIRETYPE_FIXED64) {
				input.readFixed64();
			}
			else {
				input.readRawVarint64();
			}
			fields.add(OtlpRequests.concat(new byte[] { (byte) tag },
					packed.substring(start, input.getTotalBytesRead()).toByteArray()));
		}
		return fields;
	}

	/**
	 * Fails once it is full.
	 */
	private static final class FullWriter extends Writer {

		private int room;

		FullWriter(int room) {
			this.room = room;
		}

		@Override
		public void write(char[] characters, int offset, int length) throws IOException {
			this.room -= length;
			if (this.room < 0) {
				throw new IOException("No space left on device");
			}
		}

		@Override
		public void flush() {
			// Nothing is kept.
		}

		@Override
		public void close() {
			// Nothing is open.
		}

	}

}
