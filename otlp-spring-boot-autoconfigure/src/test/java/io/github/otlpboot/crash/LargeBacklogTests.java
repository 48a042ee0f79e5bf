package io.github.otlpboot.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backlog larger than the heap: 128 MiB, or {@code -Dbacklog.mib=1024}, under
 * {@code -Xmx96m}, stored while nobody listens, and delivered by the next process, one
 * request of each signal at a time.
 */
@Tag("processes")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LargeBacklogTests {

	private static final long MIB = 1024 * 1024;

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:+UseSerialGC");

	@TempDir
	private Path directory;

	/** The number of the next item of each signal. Guarded by itself. */
	private final Map<Signal, Long> next = new EnumMap<>(Signal.class);

	private long items;

	private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());

	private final List<Long> heap = Collections.synchronizedList(new ArrayList<>());

	@Test
	@DisplayName("T35: a backlog is delivered in order, and memory does not grow with it")
	void largeBacklogIsDeliveredInOrderFromASmallHeap() throws Exception {
		long bytes = Long.getLong("backlog.mib", 128) * MIB;
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.answer((request) -> answer(server, request));
			server.stop();
			List<String> stored = store(server, bytes);
			long storingHeap = peak();
			server.start();
			List<String> drained = drain(server);
			this.items = Long.parseLong(stored.get(2));
			System.out.printf(
					"%d MiB under -Xmx96m: stored with %d MB/s, delivered with %d MB/s (from start to end, gzip)%n",
					bytes / MIB, rate(stored), rate(drained));
			System.out.printf(
					"  heap after collections: at most %d MiB while storing, at most %d MiB of %s while delivering%n",
					storingHeap / MIB, peak() / MIB, this.heap.stream().map((used) -> used / MIB).toList());
			assertThat(Long.parseLong(stored.get(0))).isGreaterThanOrEqualTo(bytes);
			assertThat(drained.get(2)).as("items found by the next process").isEqualTo(stored.get(2));
			assertThat(storingHeap).isLessThan(48 * MIB);
			assertThat(peak()).isLessThan(48 * MIB);
		}
		assertThat(this.wrong).as("out of order").isEmpty();
		assertThat(this.next.values()).hasSize(Signal.values().length).containsOnly(this.items);
	}

	private List<String> store(OtlpTestServer server, long bytes) throws Exception {
		try (ChildProcess child = start(List.of(storage(), server.url().toString(), String.valueOf(bytes)))) {
			List<String> stored = child.await(BacklogApplication.STORED);
			child.kill();
			return stored;
		}
	}

	private List<String> drain(OtlpTestServer server) throws Exception {
		this.heap.clear();
		try (ChildProcess child = start(List.of(storage(), server.url().toString()))) {
			List<String> drained = child.await(BacklogApplication.DRAINED);
			child.end();
			return drained;
		}
	}

	private ChildProcess start(List<String> arguments) throws Exception {
		return ChildProcess.start(BacklogApplication.class, OPTIONS, arguments, this.directory.resolve("children.log"),
				(words) -> {
					if (words.get(0).equals(BacklogApplication.HEAP)) {
						this.heap.add(Long.valueOf(words.get(1)));
					}
				});
	}

	private String storage() {
		return this.directory.resolve("storage").toString();
	}

	private long peak() {
		synchronized (this.heap) {
			return this.heap.stream().mapToLong(Long::longValue).max().orElseThrow();
		}
	}

	private static long rate(List<String> figures) {
		return Long.parseLong(figures.get(0)) / 1000 / Math.max(1, Long.parseLong(figures.get(1)));
	}

	private OtlpTestAnswer answer(OtlpTestServer server, OtlpTestRequest request) {
		// All of them would not fit into memory.
		server.clear();
		check(Signal.TRACES, request.spans().stream().mapToLong((span) -> span.getStartTimeUnixNano()));
		check(Signal.LOGS, request.logRecords().stream().mapToLong((log) -> log.getTimeUnixNano()));
		check(Signal.METRICS,
				request.metrics().stream().mapToLong((metric) -> metric.getGauge().getDataPoints(0).getTimeUnixNano()));
		return OtlpTestAnswer.ok();
	}

	private void check(Signal signal, LongStream numbers) {
		synchronized (this.next) {
			numbers.forEach((number) -> {
				long expected = this.next.getOrDefault(signal, 0L);
				if (number != expected) {
					this.wrong.add(signal + ": " + number + " instead of " + expected);
				}
				this.next.put(signal, number + 1);
			});
		}
	}

}
