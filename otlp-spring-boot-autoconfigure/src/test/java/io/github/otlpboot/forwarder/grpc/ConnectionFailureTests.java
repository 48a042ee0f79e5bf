package io.github.otlpboot.forwarder.grpc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;

import javax.net.ssl.SSLHandshakeException;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionFailure}.
 */
class ConnectionFailureTests {

	@Test
	void tellsTheKindsApart() {
		Status unavailable = Status.UNAVAILABLE.withDescription("io exception");
		check(unavailable.withCause(new ConnectException("Connection refused")), Kind.CONNECTION_REFUSED,
				"Connection refused");
		check(unavailable.withCause(new IOException("lookup", new UnknownHostException("collector"))),
				Kind.UNKNOWN_HOST, "The host name could not be resolved");
		check(unavailable.withCause(new IOException("failed", new SSLHandshakeException("expired"))), Kind.TLS,
				"expired");
		check(unavailable.withCause(new IOException("reset by peer")), Kind.CONNECTION_LOST, "reset by peer");
		check(unavailable, Kind.CONNECTION_LOST, "io exception");
		check(Status.CANCELLED.withDescription("RST_STREAM"), Kind.CONNECTION_LOST, "RST_STREAM");
		check(Status.INTERNAL.withDescription("Encountered end-of-stream mid-frame"), Kind.OTHER,
				"Encountered end-of-stream mid-frame");
		check(Status.INTERNAL, Kind.OTHER, null);
	}

	@Test
	void showsTheInnermostMessageThereIs() {
		check(Status.UNAVAILABLE.withDescription("outer").withCause(new IOException("inner", new IOException())),
				Kind.CONNECTION_LOST, "inner");
		check(Status.UNAVAILABLE.withDescription("outer").withCause(new IOException()), Kind.CONNECTION_LOST, "outer");
	}

	@Test
	void survivesACircle() {
		IOException first = new IOException("first");
		first.initCause(new IOException("second", first));
		check(Status.UNAVAILABLE.withCause(first), Kind.CONNECTION_LOST, "second");
	}

	@Test
	void aConnectionThatIsNotMadeInTime() {
		assertThat(ConnectionFailure.connectTimeout()).isEqualTo(new Retryable(
				new SendFailure(Kind.CONNECT_TIMEOUT, null, "No connection could be made in time", true), null));
	}

	private static void check(Status status, Kind kind, String message) {
		assertThat(ConnectionFailure.translate(status, new ResponseText(Map.of())))
			.isEqualTo(new Retryable(new SendFailure(kind, null, message, true), null));
	}

}
