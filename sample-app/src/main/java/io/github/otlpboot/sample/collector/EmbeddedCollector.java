package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * An OTLP/HTTP server on the loopback interface that takes all signals, counts them, and
 * can be stopped, started again on the same port, and made to misbehave. What it has
 * received survives a stop.
 * <p>
 * Thread-safe. The lock only keeps starts and stops apart; no request ever takes it.
 */
public final class EmbeddedCollector implements AutoCloseable {

	private final Object lifecycleLock = new Object();

	private final CollectorSettings settings;

	private final ReceivedTelemetry received;

	private volatile CollectorMode mode = CollectorMode.OK;

	// Both are written under lifecycleLock and read by anyone

	private volatile int port;

	private volatile @Nullable OtlpServer server;

	/**
	 * Create a collector that does not listen yet.
	 * @param settings how it behaves
	 */
	public EmbeddedCollector(CollectorSettings settings) {
		this.settings = settings;
		this.port = settings.port();
		this.received = new ReceivedTelemetry(settings.maxItems(), settings.maxSpanIds());
	}

	/**
	 * Listen, on the port it had before if it has had one. Does nothing if it listens.
	 * @throws IOException if the port cannot be had
	 */
	public void start() throws IOException {
		synchronized (this.lifecycleLock) {
			if (this.server == null) {
				OtlpServer started = OtlpServer.open(this.port,
						new OtlpHandler(this::mode, this.received, this.settings));
				this.port = started.port();
				this.server = started;
			}
		}
	}

	/**
	 * Finish the requests under way, for two seconds at most, and stop listening. Does
	 * nothing if it does not listen.
	 */
	public void stop() {
		synchronized (this.lifecycleLock) {
			OtlpServer stopped = this.server;
			if (stopped != null) {
				stopped.close();
				this.server = null;
			}
		}
	}

	@Override
	public void close() {
		stop();
	}

	/**
	 * Change how it answers, from the next answer on.
	 * @param mode the mode
	 */
	public void mode(CollectorMode mode) {
		this.mode = mode;
	}

	public CollectorMode mode() {
		return this.mode;
	}

	/**
	 * Return where it listens, or will listen.
	 * @return the port, {@code 0} until it has been started where any port is wanted
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return what it does and has.
	 * @return a consistent snapshot of the counts
	 */
	public CollectorStatus status() {
		return this.received.status(this.server != null, this.mode, this.port);
	}

	/**
	 * Return the counts in one line.
	 * @return such as
	 * {@code collector running (ok): received 122 items in 4 requests: 120
	 * spans (1 twice), 2 log records}
	 */
	public String describe() {
		CollectorStatus status = status();
		List<String> kinds = new ArrayList<>();
		for (OtlpRequest.Kind kind : OtlpRequest.Kind.values()) {
			long items = items(status, kind);
			if (items > 0) {
				kinds.add(count(items, kind.item()) + remark(status, kind));
			}
		}
		return "collector " + (status.running() ? "running (" + status.mode() + ")" : "stopped") + ": received "
				+ count(sum(status, SignalCounts::items), "item") + " in "
				+ count(sum(status, SignalCounts::requests), "request")
				+ (kinds.isEmpty() ? "" : ": " + String.join(", ", kinds));
	}

	private static String remark(CollectorStatus status, OtlpRequest.Kind kind) {
		return switch (kind) {
			case TRACES -> (status.duplicateSpans() > 0) ? " (" + status.duplicateSpans() + " twice)" : "";
			case METRICS -> (status.sdkDataPoints() > 0) ? " (" + status.sdkDataPoints() + " of the SDK)" : "";
			case LOGS -> "";
		};
	}

	private static long items(CollectorStatus status, OtlpRequest.Kind kind) {
		return status.signals().getOrDefault(kind.signal(), SignalCounts.NONE).items();
	}

	private static long sum(CollectorStatus status, ToLongFunction<SignalCounts> figure) {
		return status.signals().values().stream().mapToLong(figure).sum();
	}

	private static String count(long count, String noun) {
		return count + " " + noun + ((count == 1) ? "" : "s");
	}

}
