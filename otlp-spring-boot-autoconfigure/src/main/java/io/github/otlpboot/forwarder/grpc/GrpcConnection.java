package io.github.otlpboot.forwarder.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

/**
 * A channel, which is one connection, and how many calls are on it. Once it is retired it
 * takes no more, and ends with the last.
 * <p>
 * Thread-safe: {@link #lock} guards {@code calls} and {@code retired}.
 */
final class GrpcConnection {

	private final Object lock = new Object();

	private final ManagedChannel channel;

	private final GrpcConnectorSettings settings;

	private int calls;

	private boolean retired;

	/**
	 * Create a connection.
	 * @param channel the channel
	 * @param settings how it was made
	 */
	GrpcConnection(ManagedChannel channel, GrpcConnectorSettings settings) {
		this.channel = channel;
		this.settings = settings;
	}

	ManagedChannel channel() {
		return this.channel;
	}

	boolean isReady() {
		return this.channel.getState(false) == ConnectivityState.READY;
	}

	/**
	 * Take a call. One that has failed to connect takes none: it would fail them at once,
	 * until a wait of its own is over. Nor does one that was made in another way than is
	 * asked for now.
	 * @param current how connections are to be made
	 * @return {@code false} if it must go on another connection
	 */
	boolean enter(GrpcConnectorSettings current) {
		if (!this.settings.equals(current) || this.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
			retire();
		}
		synchronized (this.lock) {
			if (this.retired) {
				return false;
			}
			this.calls++;
			return true;
		}
	}

	void leave() {
		boolean last;
		synchronized (this.lock) {
			this.calls--;
			last = this.retired && this.calls == 0;
		}
		if (last) {
			this.channel.shutdownNow();
		}
	}

	/**
	 * Take no more calls. Safe to call again.
	 */
	void retire() {
		boolean unused;
		synchronized (this.lock) {
			this.retired = true;
			unused = this.calls == 0;
		}
		if (unused) {
			this.channel.shutdownNow();
		}
	}

}
