package io.github.otlpboot.forwarder.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLException;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * Translates what the HTTP client throws when there is no complete answer. All of it may
 * pass, TLS failures too: a certificate can be renewed (OTLP specification, OTLP/HTTP
 * connection).
 */
final class ConnectionFailure {

	/**
	 * Far more than any chain has, in case one is circular.
	 */
	private static final int MAX_CAUSES = 16;

	private ConnectionFailure() {
	}

	/**
	 * Translate an exception.
	 * @param thrown what was thrown
	 * @param text cleans the messages, which can quote the server
	 * @return the result
	 */
	static SendResult translate(Throwable thrown, ResponseText text) {
		Throwable exception = unwrap(thrown);
		Kind kind = kind(exception);
		String message = switch (kind) {
			case CONNECT_TIMEOUT -> "No connection could be made in time";
			case UNKNOWN_HOST -> "The host name could not be resolved";
			// What is neither network nor protocol may quote anything in its message
			case OTHER ->
				(exception instanceof IOException) ? message(exception) : exception.getClass().getSimpleName();
			case CONNECTION_REFUSED -> (message(exception) != null) ? message(exception) : "Connection refused";
			default -> message(exception);
		};
		SendFailure failure = new SendFailure(kind, null, (message != null) ? text.show(message) : null, true);
		return new SendResult.Retryable(failure, null);
	}

	/**
	 * Return whether a failure shows that the client itself is in order.
	 * @param thrown what was thrown
	 * @return {@code false} if it may also be the client's own
	 */
	static boolean isOfTheNetwork(Throwable thrown) {
		return switch (kind(unwrap(thrown))) {
			case CONNECT_TIMEOUT, UNKNOWN_HOST, TLS, CONNECTION_REFUSED -> true;
			default -> false;
		};
	}

	private static Throwable unwrap(Throwable thrown) {
		return (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause() : thrown;
	}

	private static Kind kind(Throwable exception) {
		if (exception instanceof HttpConnectTimeoutException) {
			return Kind.CONNECT_TIMEOUT;
		}
		if (exception instanceof HttpTimeoutException) {
			return Kind.TIMEOUT;
		}
		if (isCausedBy(exception, UnresolvedAddressException.class)
				|| isCausedBy(exception, UnknownHostException.class)) {
			return Kind.UNKNOWN_HOST;
		}
		// Newer JDKs wrap it into the exception of a lost connection
		if (isCausedBy(exception, SSLException.class)) {
			return Kind.TLS;
		}
		if (exception instanceof ConnectException) {
			return Kind.CONNECTION_REFUSED;
		}
		if (exception instanceof IOException && !(exception instanceof ProtocolException)) {
			return Kind.CONNECTION_LOST;
		}
		return Kind.OTHER;
	}

	private static boolean isCausedBy(Throwable exception, Class<? extends Throwable> type) {
		Throwable current = exception;
		for (int i = 0; i < MAX_CAUSES && current != null; i++) {
			if (type.isInstance(current)) {
				return true;
			}
			current = current.getCause();
		}
		return false;
	}

	private static @Nullable String message(Throwable exception) {
		// The innermost one says most
		String message = null;
		Throwable current = exception;
		for (int i = 0; i < MAX_CAUSES && current != null; i++) {
			message = (current.getMessage() != null) ? current.getMessage() : message;
			current = current.getCause();
		}
		return message;
	}

}
