package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * The headers of an attempt, which have been checked, and what keeps their values out of
 * what is told of its outcome. Immutable; shared by the attempts that have the same.
 *
 * @param supplied what the supplier has said
 * @param all the headers
 * @param text hides the values
 * @param classifier says what an answer means
 */
record SentHeaders(Map<String, String> supplied, Map<String, String> all, ResponseText text,
		StatusClassifier classifier) {

	/**
	 * Merge and check headers.
	 * @param settings the settings, which hold headers that do not change
	 * @param supplied those that do, which win
	 * @param clock tells how far away dates are
	 * @return the headers
	 * @throws IllegalArgumentException if one of them cannot be sent; its message does
	 * not show the value
	 */
	static SentHeaders of(HttpTransportSettings settings, Map<String, String> supplied, Clock clock) {
		Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		all.putAll(settings.headers());
		supplied.forEach((name, value) -> {
			HttpTransportSettings.check(name, value);
			// Not only the value: a name keeps the case of the one who sets it
			all.remove(name);
			all.put(name, value);
		});
		ResponseText text = new ResponseText(all);
		return new SentHeaders(Map.copyOf(supplied), all, text,
				new StatusClassifier(settings.statusPolicy(), text, clock));
	}

	/**
	 * Headers often carry credentials, so their values are not shown.
	 */
	@Override
	public String toString() {
		return "SentHeaders" + this.all.keySet();
	}

}
