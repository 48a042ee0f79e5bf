package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.util.Map;

import io.github.otlpboot.forwarder.ResponseText;

/**
 * The headers of an attempt, and what keeps their values out of what is told of its
 * outcome. Immutable; shared by the attempts that have the same.
 *
 * @param all the headers
 * @param text hides the values
 * @param classifier says what an answer means
 */
record SentHeaders(Map<String, String> all, ResponseText text, StatusClassifier classifier) {

	static SentHeaders of(Map<String, String> all, StatusPolicy policy, Clock clock) {
		ResponseText text = new ResponseText(all);
		return new SentHeaders(all, text, new StatusClassifier(policy, text, clock));
	}

	/**
	 * Headers often carry credentials, so their values are not shown.
	 */
	@Override
	public String toString() {
		return "SentHeaders" + this.all.keySet();
	}

}
