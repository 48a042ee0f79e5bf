package io.github.otlpboot.actuate;

import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a request in the words that Spring Boot uses for
 * {@code http.client.requests}.
 *
 * @param outcome the class of the status, {@code UNKNOWN} without an answer
 * @param status the status, {@code IO_ERROR} without an answer
 */
record RequestOutcome(String outcome, String status) {

	private static final RequestOutcome SUCCESS = new RequestOutcome("SUCCESS", "200");

	static RequestOutcome of(SendResult result) {
		SendFailure failure = result.failure();
		if (failure == null) {
			return SUCCESS;
		}
		String status = failure.status();
		return new RequestOutcome(outcome(status), (status != null) ? status : "IO_ERROR");
	}

	private static String outcome(@Nullable String status) {
		return switch ((status != null && status.length() == 3) ? status.charAt(0) : ' ') {
			case '1' -> "INFORMATIONAL";
			case '2' -> "SUCCESS";
			case '3' -> "REDIRECTION";
			case '4' -> "CLIENT_ERROR";
			case '5' -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
	}

}
