package io.github.otlpboot.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RequestSplitter}.
 */
class RequestSplitterTests {

	private static final long UNLIMITED = Long.MAX_VALUE;

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("io.github.otlpboot.model.RequestWalkerTests#signalsAndSeeds")
	void keepsEveryItemThatFitsInItsPlaceAndOrder(Signal signal, long seed) throws InvalidProtocolBufferException {
		Random random = new Random(seed);
		byte[] request = OtlpRequests.shuffle(signal, OtlpRequests.random(signal, random).toByteArray(), random);
		List<OtlpRequests.Item> items = OtlpRequests.items(signal, OtlpRequests.parse(signal, request));
		for (int i = 0; i < 30; i++) {
			long maxItems = 1 + random.nextInt(items.size() + 1);
			long maxBytes = 1 + random.nextInt(request.length + 10);
			SplitResult.Parts parts = split(signal, request, maxItems, maxBytes);
			List<OtlpRequests.Item> expected = (parts.copied())
					? items.stream().filter((item) -> item.alone().getSerializedSize() <= maxBytes).toList() : items;
			List<OtlpRequests.Item> actual = new ArrayList<>();
			for (Batch part : parts.batches()) {
				assertThat(part.signal()).isEqualTo(signal);
				assertThat((long) part.items()).isBetween((parts.copied()) ? 1L : 0L, maxItems);
				assertThat((long) part.size()).isLessThanOrEqualTo(maxBytes);
				List<OtlpRequests.Item> partItems = OtlpRequests.items(signal, OtlpRequests.parse(part));
				assertThat(partItems).hasSize(part.items());
				actual.addAll(partItems);
			}
			assertThat(actual).as("at most %d items and %d bytes", maxItems, maxBytes).isEqualTo(expected);
			assertThat(parts.oversized()).isEqualTo(items.size() - expected.size());
		}
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("io.github.otlpboot.model.RequestWalkerTests#signalsAndSeeds")
	void fillsPartsAsFarAsTheLimitsAllow(Signal signal, long seed) throws InvalidProtocolBufferException {
		Random random = new Random(seed);
		byte[] request = OtlpRequests.random(signal, random).toByteArray();
		int maxItems = 1 + random.nextInt(8);
		long maxBytes = 1 + random.nextInt(request.length + 10);
		SplitResult.Parts parts = split(signal, request, maxItems, maxBytes);
		for (int i = 1; i < parts.batches().size(); i++) {
			List<OtlpRequests.Item> before = items(parts.batches().get(i - 1));
			OtlpRequests.Item next = items(parts.batches().get(i)).get(0);
			if (before.size() == maxItems) {
				continue;
			}
			// Not even with a resource of its own, and longer headers, the next item
			// would
			// have needed more
			long needed = parts.batches().get(i - 1).size() + next.alone().getSerializedSize() + 10L;
			assertThat(needed).isGreaterThan(maxBytes);
		}
	}

	@Test
	void whenWithinLimitsReturnsTheVeryPayload() {
		AtomicInteger released = new AtomicInteger();
		byte[] request = traces(3).toByteArray();
		Batch batch = new Batch(Signal.TRACES, Payload.of(request, 0, request.length, released::incrementAndGet), 3);
		SplitResult.Parts parts = parts(new RequestSplitter(3, request.length).split(batch));
		assertThat(parts.copied()).isFalse();
		assertThat(parts.oversized()).isZero();
		assertThat(parts.batches()).singleElement().isSameAs(batch);
		assertThat(released).hasValue(0);
	}

	@Test
	void whenBatchBringsAWrongCountCorrectsIt() {
		byte[] request = traces(3).toByteArray();
		SplitResult.Parts parts = parts(
				new RequestSplitter(10, 10_000).split(new Batch(Signal.TRACES, Payload.of(request), 2)));
		assertThat(parts.batches()).singleElement().satisfies((part) -> {
			assertThat(part.items()).isEqualTo(3);
			assertThat(part.payload().array()).isSameAs(request);
		});
	}

	@Test
	void whenSplitTheCallerStillOwnsThePayload() {
		AtomicInteger released = new AtomicInteger();
		byte[] request = traces(10).toByteArray();
		byte[] array = OtlpRequests.concat(new byte[7], request, new byte[9]);
		Payload payload = Payload.of(array, 7, request.length, released::incrementAndGet);
		SplitResult.Parts parts = parts(new RequestSplitter(4, UNLIMITED).split(new Batch(Signal.TRACES, payload, 10)));
		assertThat(parts.copied()).isTrue();
		assertThat(released).hasValue(0);
		payload.release();
		Arrays.fill(array, (byte) 0xFF);
		assertThat(parts.batches()).extracting(Batch::items).containsExactly(4, 4, 2);
		assertThat(parts.batches().stream().flatMap((part) -> items(part).stream()).map(OtlpRequests.Item::item))
			.extracting((span) -> ((Span) span).getName())
			.isEqualTo(IntStream.range(0, 10).mapToObj((i) -> "span-" + i).toList());
		parts.batches().forEach((part) -> part.payload().release());
	}

	@Test
	void whenPartFitsExactlyFillsIt() {
		byte[] request = traces(4).toByteArray();
		int two = traces(2).getSerializedSize();
		assertThat(split(Signal.TRACES, request, 10, two).batches()).extracting(Batch::items).containsExactly(2, 2);
		assertThat(split(Signal.TRACES, request, 10, two - 1).batches()).extracting(Batch::items)
			.containsExactly(1, 1, 1, 1);
	}

	@Test
	void whenOneResourceIsEnoughRepeatsNothing() {
		byte[] request = traces(10).toByteArray();
		// Spans 0 to 4 are the whole of a request that has only these
		SplitResult.Parts parts = split(Signal.TRACES, request, 5, UNLIMITED);
		assertThat(parts.batches()).hasSize(2);
		assertThat(parts.batches().get(0).size()).isEqualTo(traces(5).getSerializedSize());
	}

	@Test
	void splitsDataPointsOfOneMetric() {
		Sum.Builder sum = Sum.newBuilder()
			.setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
			.setIsMonotonic(true);
		IntStream.range(0, 100).forEach((i) -> sum.addDataPoints(NumberDataPoint.newBuilder().setAsInt(i)));
		Metric metric = Metric.newBuilder()
			.setName("requests")
			.setDescription("All requests")
			.setUnit("1")
			.addMetadata(KeyValue.newBuilder().setKey("k"))
			.setSum(sum)
			.build();
		ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
		request.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
		SplitResult.Parts parts = split(Signal.METRICS, request.build().toByteArray(), 30, UNLIMITED);
		List<NumberDataPoint> points = new ArrayList<>();
		for (Batch part : parts.batches()) {
			Metric partMetric = ((ExportMetricsServiceRequest) OtlpRequests.parse(part)).getResourceMetrics(0)
				.getScopeMetrics(0)
				.getMetrics(0);
			points.addAll(partMetric.getSum().getDataPointsList());
			assertThat(partMetric.toBuilder().setSum(partMetric.getSum().toBuilder().clearDataPoints()).build())
				.isEqualTo(metric.toBuilder().setSum(metric.getSum().toBuilder().clearDataPoints()).build());
		}
		assertThat(parts.batches()).extracting(Batch::items).containsExactly(30, 30, 30, 10);
		assertThat(points).isEqualTo(metric.getSum().getDataPointsList());
	}

	@Test
	void whenMembersOfOneofFollowEachOtherKeepsWhatAParserKeeps() throws InvalidProtocolBufferException {
		byte[] gauge = OtlpRequests.field(5, point(1));
		// The second occurrence brings the temporality of both
		byte[] sums = OtlpRequests.concat(OtlpRequests.field(7, point(2), point(3)), OtlpRequests.field(1, name("n")),
				OtlpRequests.field(7, OtlpRequests.bytes(0x10, 0x01), point(4)));
		byte[] metric = OtlpRequests.field(2, gauge, sums);
		byte[] request = OtlpRequests.field(1, OtlpRequests.field(2, metric));
		List<OtlpRequests.Item> items = OtlpRequests.items(Signal.METRICS, OtlpRequests.parse(Signal.METRICS, request));
		assertThat(items).hasSize(3);
		SplitResult.Parts parts = split(Signal.METRICS, request, 1, UNLIMITED);
		assertThat(parts.batches()).hasSize(3);
		assertThat(parts.batches().stream().flatMap((part) -> items(part).stream())).isEqualTo(items);
	}

	@Test
	void whenFieldsAroundItemsComeTwiceOrLateKeepsThemInEveryPart() throws InvalidProtocolBufferException {
		byte[] first = ResourceSpans.newBuilder()
			.setResource(Resource.newBuilder().setDroppedAttributesCount(1))
			.addScopeSpans(ScopeSpans.newBuilder().addSpans(span(1)).addSpans(span(2)))
			.build()
			.toByteArray();
		byte[] second = ResourceSpans.newBuilder()
			.addScopeSpans(ScopeSpans.newBuilder().addSpans(span(3)))
			.setResource(Resource.newBuilder().addAttributes(KeyValue.newBuilder().setKey("late")))
			.setSchemaUrl("https://example.com/schema")
			.build()
			.toByteArray();
		byte[] request = OtlpRequests.field(1, first, second);
		List<OtlpRequests.Item> items = OtlpRequests.items(Signal.TRACES, OtlpRequests.parse(Signal.TRACES, request));
		SplitResult.Parts parts = split(Signal.TRACES, request, 1, UNLIMITED);
		assertThat(parts.batches().stream().flatMap((part) -> items(part).stream())).isEqualTo(items);
	}

	@Test
	void whenItemIsOversizedTheOthersSurvive() {
		ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
		request.addResourceLogsBuilder()
			.addScopeLogsBuilder()
			.addLogRecords(LogRecord.newBuilder().setSeverityText("a"))
			.addLogRecords(LogRecord.newBuilder().setSeverityText("x".repeat(1000)))
			.addLogRecords(LogRecord.newBuilder().setSeverityText("b"));
		SplitResult.Parts parts = split(Signal.LOGS, request.build().toByteArray(), 10, 100);
		assertThat(parts.oversized()).isEqualTo(1);
		// The oversized one in between does not end the part
		assertThat(parts.batches()).singleElement().satisfies((part) -> {
			assertThat(part.items()).isEqualTo(2);
			assertThat(items(part)).extracting((item) -> ((LogRecord) item.item()).getSeverityText())
				.containsExactly("a", "b");
		});
	}

	@Test
	void whenItemFitsExactlyItIsNotOversized() {
		byte[] request = traces(2).toByteArray();
		int alone = traces(1).getSerializedSize();
		assertThat(split(Signal.TRACES, request, 10, alone)).satisfies((parts) -> {
			assertThat(parts.oversized()).isZero();
			assertThat(parts.batches()).extracting(Batch::size).containsExactly(alone, alone);
		});
		assertThat(split(Signal.TRACES, request, 10, alone - 1)).satisfies((parts) -> {
			assertThat(parts.oversized()).isEqualTo(2);
			assertThat(parts.batches()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(Signal.class)
	void whenRequestIsEmptyReturnsIt(Signal signal) {
		SplitResult.Parts parts = split(signal, new byte[0], 1, 1);
		assertThat(parts.copied()).isFalse();
		assertThat(parts.batches()).singleElement().extracting(Batch::items).isEqualTo(0);
	}

	@Test
	void whenRequestWithoutItemsIsTooLargeNothingIsLeft() {
		byte[] request = ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().setSchemaUrl("https://example.com/schema"))
			.build()
			.toByteArray();
		assertThat(split(Signal.TRACES, request, 1, 10)).isEqualTo(new SplitResult.Parts(List.of(), 0, true));
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("io.github.otlpboot.model.RequestWalkerTests#signalsAndSeeds")
	void halvesDownToSingleItems(Signal signal, long seed) throws InvalidProtocolBufferException {
		byte[] request = OtlpRequests.random(signal, new Random(seed)).toByteArray();
		List<OtlpRequests.Item> items = OtlpRequests.items(signal, OtlpRequests.parse(signal, request));
		List<OtlpRequests.Item> singles = new ArrayList<>();
		halve(new Batch(signal, Payload.of(request), items.size()), singles);
		assertThat(singles).isEqualTo(items);
	}

	private static void halve(Batch batch, List<OtlpRequests.Item> singles) {
		SplitResult.Parts parts = parts(RequestSplitter.halve(batch));
		assertThat(parts.oversized()).isZero();
		if (batch.items() < 2) {
			assertThat(parts.copied()).isFalse();
			assertThat(parts.batches()).containsExactly(batch);
			singles.addAll(items(batch));
			return;
		}
		assertThat(parts.copied()).isTrue();
		assertThat(parts.batches()).extracting(Batch::items)
			.containsExactly((batch.items() + 1) / 2, batch.items() / 2);
		parts.batches().forEach((part) -> halve(part, singles));
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("io.github.otlpboot.model.RequestWalkerTests#signalsAndFewSeeds")
	void whenBytesAreDamagedIsMalformedOrKeepsWhatWasCounted(Signal signal, long seed) {
		Random random = new Random(seed);
		byte[] original = OtlpRequests.random(signal, random).toByteArray();
		int malformed = 0;
		for (int length = 0; length <= original.length; length++) {
			malformed += assertMalformedOrConsistent(signal, Arrays.copyOf(original, length), random);
		}
		for (int i = 0; i < 2000; i++) {
			byte[] bytes = original.clone();
			bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
			malformed += assertMalformedOrConsistent(signal, bytes, random);
		}
		for (int i = 0; i < 5000; i++) {
			byte[] bytes = new byte[random.nextInt(60)];
			for (int j = 0; j < bytes.length; j++) {
				bytes[j] = (byte) random.nextInt((random.nextBoolean()) ? 0x20 : 0x100);
			}
			malformed += assertMalformedOrConsistent(signal, bytes, random);
		}
		assertThat(malformed).isPositive();
	}

	private static int assertMalformedOrConsistent(Signal signal, byte[] bytes, Random random) {
		Batch batch = new Batch(signal, Payload.of(bytes), 0);
		long maxBytes = 1 + random.nextInt(bytes.length + 1);
		SplitResult result = new RequestSplitter(1 + random.nextInt(5), maxBytes).split(batch);
		WalkResult count = RequestWalker.count(signal, batch.payload());
		if (result instanceof Malformed malformed) {
			assertThat(count).isEqualTo(malformed);
			assertThat(RequestSplitter.halve(batch)).isEqualTo(malformed);
			return 1;
		}
		SplitResult.Parts parts = parts(result);
		int items = parts.oversized();
		for (Batch part : parts.batches()) {
			assertThat(RequestWalker.count(signal, part.payload())).isEqualTo(new WalkResult.Counted(part.items()));
			assertThat((long) part.size()).isLessThanOrEqualTo(maxBytes);
			items += part.items();
		}
		assertThat(count).isEqualTo(new WalkResult.Counted(items));
		return 0;
	}

	@Test
	void whenWhatIsRepeatedWouldGrowWithoutBoundStops() {
		// Each of the 2000 spans fits alone, but only together with 100 kB
		ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
		request.addResourceSpansBuilder()
			.setSchemaUrl("x".repeat(100_000))
			.addScopeSpansBuilder()
			.setScope(InstrumentationScope.newBuilder().setName("scope"))
			.addAllSpans(Stream.generate(Span::getDefaultInstance).limit(2000).toList());
		SplitResult.Parts parts = split(Signal.TRACES, request.build().toByteArray(), 1, 200_000);
		assertThat(parts.batches().stream().mapToLong(Batch::size).sum()).isBetween(16_000_000L, 16L * 1024 * 1024);
		assertThat(parts.batches().size() + parts.oversized()).isEqualTo(2000);
	}

	@Test
	void whenLimitIsNotPositiveThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RequestSplitter(0, 1))
			.withMessageContaining("'maxItems'");
		assertThatIllegalArgumentException().isThrownBy(() -> new RequestSplitter(1, 0))
			.withMessageContaining("'maxBytes'");
	}

	private static ExportTraceServiceRequest traces(int spans) {
		ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
		ScopeSpans.Builder scope = request.addResourceSpansBuilder()
			.setResource(Resource.newBuilder().addAttributes(KeyValue.newBuilder().setKey("service.name")))
			.addScopeSpansBuilder()
			.setScope(InstrumentationScope.newBuilder().setName("scope"))
			.setSchemaUrl("https://example.com/schema");
		IntStream.range(0, spans).forEach((i) -> scope.addSpans(span(i)));
		return request.build();
	}

	private static Span span(int number) {
		return Span.newBuilder().setName("span-" + number).build();
	}

	private static byte[] point(int value) {
		return OtlpRequests.field(1, NumberDataPoint.newBuilder().setAsInt(value).build().toByteArray());
	}

	private static byte[] name(String name) {
		return name.getBytes(StandardCharsets.UTF_8);
	}

	private static SplitResult.Parts split(Signal signal, byte[] request, long maxItems, long maxBytes) {
		return parts(new RequestSplitter(maxItems, maxBytes).split(new Batch(signal, Payload.of(request), 0)));
	}

	private static SplitResult.Parts parts(SplitResult result) {
		assertThat(result).isInstanceOf(SplitResult.Parts.class);
		return (SplitResult.Parts) result;
	}

	private static List<OtlpRequests.Item> items(Batch batch) {
		Message request = OtlpRequests.parse(batch);
		return OtlpRequests.items(batch.signal(), request);
	}

}
