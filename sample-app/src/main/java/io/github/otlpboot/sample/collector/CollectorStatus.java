package io.github.otlpboot.sample.collector;

import java.util.List;
import java.util.Map;

/**
 * What the collector does and has.
 *
 * @param running whether it listens
 * @param mode how it answers
 * @param port where it listens, or will again
 * @param signals what it has taken, by signal
 * @param distinctSpans the number of spans without the duplicates
 * @param duplicateSpans the number of spans that had been taken before, recognized among
 * the last {@value RecentSpanIds#DEFAULT_CAPACITY} spans
 * @param sdkDataPoints the number of data points that the OpenTelemetry SDK made; the
 * others are Micrometer's
 * @param answers how often each HTTP status was answered
 * @param lastItems the items of each signal that arrived last, newest first
 */
public record CollectorStatus(boolean running, String mode, int port, Map<String, SignalCounts> signals,
		long distinctSpans, long duplicateSpans, long sdkDataPoints, Map<Integer, Long> answers,
		List<ReceivedItem> lastItems) {

	/**
	 * Return the figures alone.
	 * @return a status without items
	 */
	public CollectorStatus withoutItems() {
		return new CollectorStatus(this.running, this.mode, this.port, this.signals, this.distinctSpans,
				this.duplicateSpans, this.sdkDataPoints, this.answers, List.of());
	}

}
