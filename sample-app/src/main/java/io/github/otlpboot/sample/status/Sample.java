package io.github.otlpboot.sample.status;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What both sides said at one moment.
 *
 * @param at when, in milliseconds since the epoch
 * @param signals what the pipeline said, empty if there is none
 * @param received how many items the collector had received, by signal
 */
public record Sample(long at, List<SignalFigures> signals, Map<String, Long> received) {

	public Sample {
		signals = List.copyOf(signals);
		received = Collections.unmodifiableMap(new LinkedHashMap<>(received));
	}

}
