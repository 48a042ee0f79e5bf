package io.github.otlpboot.benchmark.application;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;

import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived at a sink, and when.
 * <p>
 * Spans are counted by a walk over their tags, which costs some microseconds a request. A
 * compressed body is kept as it is, and counted when somebody asks. Thread-safe; the lock
 * of the list guards all.
 */
final class Arrivals {

	private final List<Arrival> arrivals = new ArrayList<>();

	/** Whether all bodies are kept, to be parsed when somebody asks. */
	private boolean keeping;

	/** Whether nobody is listened to. */
	private boolean hungUp;

	/**
	 * Answer a command: {@code forget} or {@code keep} to begin anew, without or with
	 * bodies; {@code hang-up} to listen to nobody until then; {@code total} for requests,
	 * bytes before compression, spans, and the time from the arrival of the first to that
	 * of the last in microseconds; {@code between <micros> <micros>} for the spans that
	 * arrived within a time; {@code delays} for the number of spans, and the median and
	 * the 99th percentile of the time from the end of a span to its arrival, in
	 * microseconds.
	 * @param command the command
	 * @return one line
	 */
	String answer(String command) throws IOException {
		List<String> words = List.of(command.split(" "));
		synchronized (this.arrivals) {
			return switch (words.get(0)) {
				case "forget", "keep" -> {
					this.arrivals.clear();
					this.keeping = words.get(0).equals("keep");
					this.hungUp = false;
					yield "ok";
				}
				case "hang-up" -> {
					this.hungUp = true;
					yield "ok";
				}
				case "total" -> total();
				case "between" -> String.valueOf(between(Long.parseLong(words.get(1)), Long.parseLong(words.get(2))));
				case "delays" -> delays();
				default -> throw new IllegalArgumentException(command);
			};
		}
	}

	boolean hasHungUp() {
		synchronized (this.arrivals) {
			return this.hungUp;
		}
	}

	void add(SinkConnection request) throws IOException {
		long now = now();
		synchronized (this.arrivals) {
			if (request.isZipped() || this.keeping) {
				byte[] body = Arrays.copyOf(request.body(), request.length());
				this.arrivals.add(new Arrival(now, body, request.isZipped(), 0, 0));
				return;
			}
		}
		int items = count(request.body(), request.length());
		synchronized (this.arrivals) {
			this.arrivals.add(new Arrival(now, null, false, request.length(), items));
		}
	}

	private String total() throws IOException {
		long bytes = 0;
		long items = 0;
		for (int i = 0; i < this.arrivals.size(); i++) {
			Arrival counted = counted(i);
			bytes += counted.length();
			items += counted.items();
		}
		LongStream.Builder times = LongStream.builder();
		this.arrivals.forEach((arrival) -> times.add(arrival.at()));
		var summary = times.build().summaryStatistics();
		long span = this.arrivals.isEmpty() ? 0 : summary.getMax() - summary.getMin();
		return this.arrivals.size() + " " + bytes + " " + items + " " + span;
	}

	private long between(long from, long to) throws IOException {
		long items = 0;
		for (int i = 0; i < this.arrivals.size(); i++) {
			Arrival arrival = this.arrivals.get(i);
			if (arrival.at() >= from && arrival.at() < to) {
				items += counted(i).items();
			}
		}
		return items;
	}

	private String delays() throws IOException {
		List<Long> delays = new ArrayList<>();
		for (Arrival arrival : this.arrivals) {
			ExportTraceServiceRequest.parseFrom(arrival.plain())
				.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.forEach((span) -> delays.add(arrival.at() - span.getEndTimeUnixNano() / 1000));
		}
		List<Long> sorted = delays.stream().sorted().toList();
		return sorted.size() + " " + percentile(sorted, 50) + " " + percentile(sorted, 99);
	}

	private static long percentile(List<Long> sorted, int percent) {
		return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
	}

	private Arrival counted(int index) throws IOException {
		Arrival arrival = this.arrivals.get(index);
		if (arrival.body() == null) {
			return arrival;
		}
		byte[] plain = arrival.plain();
		Arrival counted = new Arrival(arrival.at(), null, false, plain.length, count(plain, plain.length));
		this.arrivals.set(index, counted);
		return counted;
	}

	private static int count(byte[] body, int length) throws IOException {
		if (RequestWalker.count(Signal.TRACES, body, 0, length) instanceof WalkResult.Counted counted) {
			return counted.items();
		}
		throw new IOException("A body is no request");
	}

	private static long now() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	/**
	 * One request.
	 *
	 * @param at when the last byte of its body had come, in microseconds
	 * @param body the body as it came, until it is counted
	 * @param zipped whether that is compressed
	 * @param length the length before compression
	 * @param items the spans
	 */
	private record Arrival(long at, byte @Nullable [] body, boolean zipped, int length, int items) {

		byte[] plain() throws IOException {
			byte[] kept = (this.body != null) ? this.body : new byte[0];
			return this.zipped ? new GZIPInputStream(new ByteArrayInputStream(kept)).readAllBytes() : kept;
		}

	}

}
