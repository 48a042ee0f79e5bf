package io.github.otlpboot.model;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.sun.management.ThreadMXBean;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RequestWalker}.
 */
class RequestWalkerTests {

	@ParameterizedTest
	@EnumSource(Signal.class)
	void whenRequestIsEmptyCountsNothing(Signal signal) {
		assertThat(count(signal, new byte[0])).isEqualTo(new WalkResult.Counted(0));
	}

	@Test
	void countsDataPointsOfEveryKindOfMetric() {
		NumberDataPoint number = NumberDataPoint.newBuilder().setAsInt(1).build();
		ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
		request.addResourceMetricsBuilder()
			.addScopeMetricsBuilder()
			.addMetrics(Metric.newBuilder().setName("none"))
			.addMetrics(Metric.newBuilder().setGauge(Gauge.newBuilder().addDataPoints(number)))
			.addMetrics(Metric.newBuilder().setSum(Sum.newBuilder().addDataPoints(number).addDataPoints(number)))
			.addMetrics(Metric.newBuilder()
				.setHistogram(Histogram.newBuilder()
					.addDataPoints(HistogramDataPoint.newBuilder())
					.addDataPoints(HistogramDataPoint.newBuilder().setCount(1))
					.addDataPoints(HistogramDataPoint.newBuilder())
					.addDataPoints(HistogramDataPoint.newBuilder())))
			.addMetrics(Metric.newBuilder()
				.setExponentialHistogram(ExponentialHistogram.newBuilder()
					.setAggregationTemporalityValue(2)
					.addAllDataPoints(
							Stream.generate(ExponentialHistogramDataPoint::getDefaultInstance).limit(8).toList())))
			.addMetrics(Metric.newBuilder()
				.setSummary(Summary.newBuilder()
					.addAllDataPoints(Stream.generate(SummaryDataPoint::getDefaultInstance).limit(16).toList())));
		assertThat(count(Signal.METRICS, request.build().toByteArray())).isEqualTo(new WalkResult.Counted(31));
	}

	@Test
	void whenMembersOfOneofFollowEachOtherCountsWhatAParserKeeps() throws InvalidProtocolBufferException {
		byte[] point = OtlpRequests.field(1);
		byte[] gaugeOfOne = OtlpRequests.field(5, point);
		byte[] sumOfTwo = OtlpRequests.field(7, point, point);
		byte[] name = OtlpRequests.field(1, new byte[] { 'n' });
		byte[] request = metrics(gaugeOfOne, sumOfTwo, name, sumOfTwo);
		assertThat(OtlpRequests.items(Signal.METRICS, OtlpRequests.parse(Signal.METRICS, request))).hasSize(4);
		assertThat(count(Signal.METRICS, request)).isEqualTo(new WalkResult.Counted(4));
		// Here the Java library brings the first gauge back, against the specification
		assertThat(count(Signal.METRICS, metrics(gaugeOfOne, sumOfTwo, gaugeOfOne)))
			.isEqualTo(new WalkResult.Counted(1));
	}

	@Test
	void whenKnownFieldHasAnotherWireTypeSkipsIt() throws InvalidProtocolBufferException {
		// As a varint, a fixed number, and a group of the same field number
		byte[] request = OtlpRequests.concat(OtlpRequests.bytes(0x08, 0x01, 0x0D, 1, 2, 3, 4, 0x0B, 0x12, 0x00, 0x0C),
				OtlpRequests.field(1, OtlpRequests.bytes(0x10, 0x01),
						OtlpRequests.field(2, OtlpRequests.bytes(0x10, 0x01), OtlpRequests.field(2))));
		assertThat(OtlpRequests.items(Signal.TRACES, OtlpRequests.parse(Signal.TRACES, request))).hasSize(1);
		assertThat(count(Signal.TRACES, request)).isEqualTo(new WalkResult.Counted(1));
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("signalsAndSeeds")
	void countsLikeAParser(Signal signal, long seed) {
		Random random = new Random(seed);
		Message request = OtlpRequests.random(signal, random);
		int expected = OtlpRequests.items(signal, request).size();
		byte[] bytes = request.toByteArray();
		assertThat(count(signal, bytes)).isEqualTo(new WalkResult.Counted(expected));
		byte[] shuffled = OtlpRequests.shuffle(signal, bytes, random);
		assertThat(count(signal, shuffled)).isEqualTo(new WalkResult.Counted(expected));
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("signalsAndSeeds")
	void concatenatedRequestsAreOneRequest(Signal signal, long seed) throws InvalidProtocolBufferException {
		Random random = new Random(seed);
		Message first = OtlpRequests.random(signal, random);
		Message second = OtlpRequests.random(signal, random);
		byte[] merged = OtlpRequests.concat(first.toByteArray(), second.toByteArray());
		int expected = items(count(signal, first.toByteArray())) + items(count(signal, second.toByteArray()));
		assertThat(items(count(signal, merged))).isEqualTo(expected);
		assertThat(OtlpRequests.parse(signal, merged)).isEqualTo(first.toBuilder().mergeFrom(second).build());
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("signalsAndFewSeeds")
	void whenCutAnywhereIsMalformedOrCountsLikeAParser(Signal signal, long seed) {
		byte[] bytes = OtlpRequests.random(signal, new Random(seed)).toByteArray();
		int malformed = 0;
		for (int length = 0; length <= bytes.length; length++) {
			// What is cut off still stands behind the range, and must not be read
			WalkResult result = RequestWalker.count(signal, bytes, 0, length);
			assertThat(count(signal, Arrays.copyOf(bytes, length))).as("length %d", length).isEqualTo(result);
			Integer parsed = parsedItems(signal, Arrays.copyOf(bytes, length));
			if (result instanceof Malformed at) {
				malformed++;
				assertThat(at.offset()).isBetween(0, length);
				assertThat(parsed).as("length %d", length).isNull();
			}
			else if (parsed != null) {
				assertThat(items(result)).as("length %d", length).isEqualTo(parsed);
			}
		}
		assertThat(malformed).isPositive();
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("signalsAndFewSeeds")
	void whenBitsFlipIsMalformedOrCountsLikeAParser(Signal signal, long seed) {
		Random random = new Random(seed);
		byte[] original = OtlpRequests.random(signal, random).toByteArray();
		int compared = 0;
		for (int i = 0; i < 2000; i++) {
			byte[] bytes = original.clone();
			for (int flips = random.nextInt(3); flips >= 0; flips--) {
				bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
			}
			WalkResult result = count(signal, bytes);
			Integer parsed = parsedItems(signal, bytes);
			if (result instanceof WalkResult.Counted counted && parsed != null) {
				compared++;
				assertThat(counted.items()).as("round %d", i).isEqualTo(parsed);
			}
		}
		assertThat(compared).isPositive();
	}

	@ParameterizedTest(name = "{0}, seed {1}")
	@MethodSource("signalsAndFewSeeds")
	void whenBytesAreRandomIsMalformedOrCountsLikeAParser(Signal signal, long seed) {
		Random random = new Random(seed);
		int malformed = 0;
		for (int i = 0; i < 5000; i++) {
			byte[] bytes = new byte[random.nextInt(60)];
			random.nextBytes(bytes);
			// Small numbers look more like tags and lengths
			for (int j = 0; j < bytes.length; j++) {
				bytes[j] = (random.nextBoolean()) ? (byte) (bytes[j] & 0x1F) : bytes[j];
			}
			WalkResult result = count(signal, bytes);
			Integer parsed = parsedItems(signal, bytes);
			if (result instanceof Malformed) {
				malformed++;
			}
			else if (parsed != null) {
				assertThat(items(result)).as("round %d", i).isEqualTo(parsed);
			}
		}
		assertThat(malformed).isPositive();
	}

	@Test
	void offsetOfMalformedIsCountedFromTheStartOfTheRange() {
		byte[] array = OtlpRequests.bytes(1, 2, 3, 0x0A, 0x05, 0x00);
		assertThat(RequestWalker.count(Signal.LOGS, array, 3, 3))
			.isEqualTo(new Malformed(2, Malformed.Reason.TRUNCATED));
	}

	@Test
	void countsThePayloadOnly() {
		byte[] request = traces(3).toByteArray();
		byte[] array = OtlpRequests.concat(request, request, request);
		Payload payload = Payload.of(array, request.length, request.length, () -> {
		});
		assertThat(RequestWalker.count(Signal.TRACES, payload)).isEqualTo(new WalkResult.Counted(3));
	}

	@Test
	void whenRangeIsNotWithinArrayThrows() {
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> RequestWalker.count(Signal.TRACES, new byte[3], 1, 3));
	}

	@Test
	void countingAllocatesNothingForAnItem() {
		byte[] request = traces(50_000).toByteArray();
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		count(Signal.TRACES, request);
		long before = threads.getCurrentThreadAllocatedBytes();
		WalkResult result = count(Signal.TRACES, request);
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(result).isEqualTo(new WalkResult.Counted(50_000));
		assertThat(allocated).isLessThan(4096);
	}

	static Stream<Arguments> signalsAndSeeds() {
		return arguments(60);
	}

	static Stream<Arguments> signalsAndFewSeeds() {
		return arguments(6);
	}

	/**
	 * Two thirds are the same in every run, the others are new.
	 */
	private static Stream<Arguments> arguments(int count) {
		Random random = new Random();
		return Stream.of(Signal.values())
			.flatMap((signal) -> Stream.iterate(1L, (seed) -> seed + 1)
				.limit(count)
				.map((seed) -> Arguments.of(signal, (seed % 3 == 0) ? random.nextLong() : seed)));
	}

	private static Integer parsedItems(Signal signal, byte[] bytes) {
		try {
			return OtlpRequests.items(signal, OtlpRequests.parse(signal, bytes)).size();
		}
		catch (InvalidProtocolBufferException ex) {
			return null;
		}
	}

	private static ExportTraceServiceRequest traces(int spans) {
		ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
		request.addResourceSpansBuilder()
			.addScopeSpansBuilder()
			.addAllSpans(Stream.generate(() -> Span.newBuilder().setName("span").build()).limit(spans).toList());
		return request.build();
	}

	private static byte[] metrics(byte[]... metricFields) {
		return OtlpRequests.field(1, OtlpRequests.field(2, OtlpRequests.field(2, metricFields)));
	}

	private static WalkResult count(Signal signal, byte[] bytes) {
		return RequestWalker.count(signal, bytes, 0, bytes.length);
	}

	private static int items(WalkResult result) {
		assertThat(result).isInstanceOf(WalkResult.Counted.class);
		return ((WalkResult.Counted) result).items();
	}

}
