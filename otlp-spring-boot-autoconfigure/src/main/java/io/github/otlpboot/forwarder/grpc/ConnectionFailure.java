package io.github.otlpboot.forwarder.grpc;

import java.net.ConnectException;
import java.net.UnknownHostException;

import javax.net.ssl.SSLException;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Translates what the library says when there is no answer. All of it may pass, TLS
 * failures too: a certificate can be renewed (OTLP specification, OTLP/gRPC).
 */
final class ConnectionFailure {

	/**
	 * Far more than any chain has, in case one is circular.
	 */
	private static final int MAX_CAUSES = 16;

	private ConnectionFailure() {
	}

	/**
	 * Translate a status.
	 * @param status what the library says
	 * @param text cleans the messages, which can quote the server
	 * @return the result
	 */
	static SendResult translate(Status status, ResponseText text) {
		Kind kind = kind(status);
		String message = switch (kind) {
			case UNKNOWN_HOST -> "The host name could not be resolved";
			default -> message(status);
		};
		return result(kind, (message != null) ? text.show(message) : null);
	}

	/**
	 * Return the result of a connection that is not made in time.
	 * @return the result
	 */
	static SendResult connectTimeout() {
		return result(Kind.CONNECT_TIMEOUT, "No connection could be made in time");
	}

	private static SendResult result(Kind kind, @Nullable String message) {
		return new SendResult.Retryable(new SendFailure(kind, null, message, true), null);
	}

	private static Kind kind(Status status) {
		Throwable cause = status.getCause();
		if (isCausedBy(cause, UnknownHostException.class)) {
			return Kind.UNKNOWN_HOST;
		}
		if (isCausedBy(cause, SSLException.class)) {
			return Kind.TLS;
		}
		if (isCausedBy(cause, ConnectException.class)) {
			return Kind.CONNECTION_REFUSED;
		}
		return switch (status.getCode()) {
			// CANCELLED is what a stream ends with that is reset by the other side
			case UNAVAILABLE, CANCELLED -> Kind.CONNECTION_LOST;
			default -> Kind.OTHER;
		};
	}

	private static boolean isCausedBy(@Nullable Throwable exception, Class<? extends Throwable> type) {
		Throwable current = exception;
		for (int i = 0; i < MAX_CAUSES && current != null; i++) {
			if (type.isInstance(current)) {
				return true;
			}
			current = current.getCause();
		}
		return false;
	}

	private static @Nullable String message(Status status) {
		// The innermost one says most
		String message = status.getDescription();
		Throwable current = status.getCause();
		for (int i = 0; i < MAX_CAUSES && current != null; i++) {
			message = (current.getMessage() != null) ? current.getMessage() : message;
			current = current.getCause();
		}
		return message;
	}

}
