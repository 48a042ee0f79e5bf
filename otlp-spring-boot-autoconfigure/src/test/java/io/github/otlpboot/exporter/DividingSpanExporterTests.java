package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;

import io.micrometer.tracing.exporter.SpanFilter;
import io.micrometer.tracing.otel.bridge.CompositeSpanExporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DividingSpanExporter}.
 */
class DividingSpanExporterTests {

	private static final int SPANS = 102;

	private static final Attributes POISON = Attributes.of(AttributeKey.doubleArrayKey("prices"),
			Arrays.asList(1.0, null));

	private final RecordingSink sink = new RecordingSink();

	private final List<Integer> lost = new ArrayList<>();

	private final ObjIntConsumer<RuntimeException> onLost = (ex, spans) -> this.lost.add(spans);

	private final SpanExporter otlp = SinkExporters.spanExporter(this.sink);

	@Test
	void spansThatCannotBeSerializedDoNotTakeTheOthersWithThem() {
		List<SpanData> spans = spans(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 40, 41, 60, SPANS - 1);
		DividingSpanExporter exporter = new DividingSpanExporter(this.otlp, this.onLost);
		CompletableResultCode result = exporter.export(spans).join(10, TimeUnit.SECONDS);
		assertThat(result.isSuccess()).isFalse();
		assertThat(result.getFailureThrowable()).isInstanceOf(NullPointerException.class);
		assertThat(sent()).hasSize(SPANS - 16).doesNotHaveDuplicates();
		assertThat(this.lost).containsExactly(16);
	}

	@Test
	void exportersOfTheApplicationGetAllOfThem() {
		InMemorySpanExporter users = InMemorySpanExporter.create();
		SpanFilter unchanged = (span) -> span;
		SpanExporter composite = new CompositeSpanExporter(
				List.of(new DividingSpanExporter(this.otlp, this.onLost), users), List.of(), List.of(),
				List.of(unchanged));
		CompletableResultCode result = composite.export(spans(7));
		assertThat(result.join(10, TimeUnit.SECONDS).isSuccess()).isFalse();
		assertThat(users.getFinishedSpanItems()).hasSize(SPANS);
		assertThat(sent()).hasSize(SPANS - 1);
	}

	@Test
	void anExporterThatThrowsAlwaysLosesAllAndDoesNotThrow() {
		List<Integer> asked = new ArrayList<>();
		SpanExporter broken = new SpanExporter() {

			@Override
			public CompletableResultCode export(Collection<SpanData> spans) {
				asked.add(spans.size());
				throw new IllegalStateException("broken");
			}

			@Override
			public CompletableResultCode flush() {
				return CompletableResultCode.ofSuccess();
			}

			@Override
			public CompletableResultCode shutdown() {
				return CompletableResultCode.ofSuccess();
			}

		};
		DividingSpanExporter exporter = new DividingSpanExporter(broken, this.onLost);
		assertThat(exporter.export(spans()).isSuccess()).isFalse();
		assertThat(asked).hasSize(2 * SPANS - 1);
		assertThat(this.lost).containsExactly(SPANS);
		assertThat(exporter.flush().isSuccess()).isTrue();
		assertThat(exporter.shutdown().isSuccess()).isTrue();
		assertThat(exporter.toString()).startsWith("DividingSpanExporter{");
	}

	@Test
	void whatIsInOrderGoesOnAsItIs() {
		assertThat(
				new DividingSpanExporter(this.otlp, this.onLost).export(spans()).join(10, TimeUnit.SECONDS).isSuccess())
			.isTrue();
		assertThat(this.sink.requests()).hasSize(1);
		assertThat(sent()).hasSize(SPANS);
		assertThat(this.lost).isEmpty();
	}

	private List<Span> sent() {
		return this.sink.requests().stream().flatMap((request) -> RecordingSink.spans(request).stream()).toList();
	}

	private static List<SpanData> spans(Integer... poisoned) {
		List<SpanData> spans = new ArrayList<>();
		for (int i = 0; i < SPANS; i++) {
			spans.add(TestSpanData.builder()
				.setName("span-" + i)
				.setKind(SpanKind.INTERNAL)
				.setStartEpochNanos(1)
				.setEndEpochNanos(2)
				.setHasEnded(true)
				.setStatus(StatusData.unset())
				.setAttributes(List.of(poisoned).contains(i) ? POISON : Attributes.empty())
				.build());
		}
		return spans;
	}

}
