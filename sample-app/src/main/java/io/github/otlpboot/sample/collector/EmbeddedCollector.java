package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.util.Map;

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
	 * @return such as {@code collector running (ok): 120 spans in 4 requests, 0
	 * duplicates}
	 */
	public String describe() {
		CollectorStatus status = status();
		Map<String, SignalCounts> signals = status.signals();
		StringBuilder line = new StringBuilder("collector ");
		line.append(status.running() ? "running (" + status.mode() + "): " : "stopped: ");
		line.append(status.distinctSpans()).append(" distinct spans");
		line.append(" in ").append(requests(signals)).append(" requests");
		line.append(", ").append(status.duplicateSpans()).append(" duplicates");
		append(line, signals, OtlpRequest.Kind.METRICS, "data points");
		if (status.sdkDataPoints() > 0) {
			line.append(" (").append(status.sdkDataPoints()).append(" of the SDK)");
		}
		append(line, signals, OtlpRequest.Kind.LOGS, "log records");
		return line.toString();
	}

	private static long requests(Map<String, SignalCounts> signals) {
		return signals.values().stream().mapToLong(SignalCounts::requests).sum();
	}

	private static void append(StringBuilder line, Map<String, SignalCounts> signals, OtlpRequest.Kind kind,
			String name) {
		long items = signals.getOrDefault(kind.signal(), SignalCounts.NONE).items();
		if (items > 0) {
			line.append(", ").append(items).append(' ').append(name);
		}
	}

}
