package io.github.otlpboot.forwarder;

import java.io.IOException;

/**
 * A request was to be read that is over: nobody waits for what becomes of it any more.
 */
public final class RequestOverException extends IOException {

	private static final long serialVersionUID = 1L;

	RequestOverException() {
		super("The request is over");
	}

}
