package io.github.otlpboot.forwarder;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.github.otlpboot.testing.OtlpTestRequest;

/**
 * A real server on loopback and the transport that speaks its protocol, for
 * {@link TransportContractTests}.
 */
interface TestDestination extends AutoCloseable {

	/**
	 * Return the URL of the server for spans.
	 */
	URI url();

	Transport transport(URI url, Options options);

	/**
	 * Return every answer there is and how a request must end that gets it.
	 */
	List<Case> answers();

	/**
	 * Return every way to say how long to wait.
	 */
	List<Case> waits();

	/**
	 * Return answers whose meaning a policy changes.
	 */
	List<Case> answers(Policy policy);

	void take();

	void remark(long rejected, String message);

	/**
	 * Take requests, with a message of this size.
	 */
	void answerOfSize(int bytes, boolean compressed);

	void hang();

	/**
	 * Refuse some requests as malformed, or as too large, and take the others.
	 */
	void refuse(boolean size, Predicate<OtlpTestRequest> refused, String message);

	List<OtlpTestRequest> received();

	/**
	 * Return how many clients went away before their answer was complete.
	 */
	int aborted();

	int connections();

	int openConnections();

	void stop();

	void start();

	/**
	 * Return how long a connection may stay that is not used any more.
	 */
	Duration linger();

	/**
	 * Return how the names of the transport's threads begin.
	 */
	String threads();

	@Override
	void close();

	/**
	 * How a transport is set up.
	 */
	record Options(Map<String, String> headers, boolean compressed, Policy policy, Duration connectTimeout) {

		static final Options DEFAULT = new Options(Map.of(), true, Policy.DEFAULT, Duration.ofSeconds(10));

		Options plain() {
			return new Options(this.headers, false, this.policy, this.connectTimeout);
		}

		Options policy(Policy policy) {
			return new Options(this.headers, this.compressed, policy, this.connectTimeout);
		}

		Options headers(Map<String, String> headers) {
			return new Options(headers, this.compressed, this.policy, this.connectTimeout);
		}

	}

	/**
	 * What answers mean.
	 */
	enum Policy {

		/** Ours. */
		DEFAULT,

		/** The specification, to the letter. */
		STRICT,

		/** Internal errors are retried and nothing else is; throttling holds. */
		CUSTOM

	}

	/**
	 * An answer, and how a request must end that gets it.
	 */
	record Case(String name, String status, Runnable answer, Class<? extends SendResult> result, boolean unhealthy,
			Duration delay) {

	}

}
