package io.github.otlpboot.forwarder.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLHandshakeException;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionFailure}, with the chains that the client has been seen to
 * throw on JDK 17 and 25.
 */
class ConnectionFailureTests {

	@Test
	void tellsTheKindsApart() {
		check(caused(new ConnectException(), new ClosedChannelException()), Kind.CONNECTION_REFUSED,
				"Connection refused");
		check(new ConnectException("Network is unreachable"), Kind.CONNECTION_REFUSED, "Network is unreachable");
		check(caused(new ConnectException(), new UnresolvedAddressException()), Kind.UNKNOWN_HOST,
				"The host name could not be resolved");
		check(new UnknownHostException("x"), Kind.UNKNOWN_HOST, "The host name could not be resolved");
		check(new HttpConnectTimeoutException("HTTP connect timed out"), Kind.CONNECT_TIMEOUT,
				"No connection could be made in time");
		check(new HttpTimeoutException("request timed out"), Kind.TIMEOUT, "request timed out");
		check(new SSLHandshakeException("expired"), Kind.TLS, "expired");
		check(new IOException("no bytes", new SSLHandshakeException("expired")), Kind.TLS, "expired");
		check(new IOException("no bytes", new EOFException("EOF reached")), Kind.CONNECTION_LOST, "EOF reached");
		check(new ProtocolException("Invalid status line"), Kind.OTHER, "Invalid status line");
		check(new CompletionException(new IOException()), Kind.CONNECTION_LOST, null);
		check(new CompletionException(null), Kind.OTHER, "CompletionException");
	}

	@Test
	void doesNotShowTheMessageOfAnUnexpectedException() {
		check(new IllegalArgumentException("invalid header value: canary"), Kind.OTHER, "IllegalArgumentException");
	}

	@Test
	void survivesACircle() {
		IOException first = new IOException("first");
		first.initCause(new IOException("second", first));
		check(first, Kind.CONNECTION_LOST, "second");
	}

	private static void check(Throwable thrown, Kind kind, String message) {
		SendResult result = ConnectionFailure.translate(thrown, new ResponseText(Map.of()));
		assertThat(result).isInstanceOfSatisfying(Retryable.class, (retryable) -> {
			assertThat(retryable.retryAfter()).isNull();
			assertThat(retryable.failure().kind()).isEqualTo(kind);
			assertThat(retryable.failure().message()).isEqualTo(message);
			assertThat(retryable.failure().status()).isNull();
			assertThat(retryable.failure().unhealthy()).isTrue();
		});
	}

	private static Exception caused(Exception exception, Exception cause) {
		exception.initCause(cause);
		return exception;
	}

}
