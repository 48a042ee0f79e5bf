package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.nio.file.Path;

import io.github.otlpboot.storage.FsyncPolicy;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Who exports spans.
 */
public enum ExportContestant {

	/** The limit of everybody. */
	SERIALIZE("serialize only", FsyncPolicy.NEVER, (directory, fsync) -> new SerializingExporter((array, end) -> {
	})),

	/** The limit of what is on disk. */
	BY_HAND("serialize and append by hand", FsyncPolicy.NEVER, ExportContestant::byHand),

	/** The starter, as durable as that. */
	STARTER("this starter", FsyncPolicy.NEVER, StarterExporter::start),

	/** The peer that stores, too. */
	DISK_BUFFERING("contrib disk-buffering", FsyncPolicy.NEVER,
			(directory, fsync) -> DiskBufferingExporter.open(directory)),

	/** The peer with the sender of the JDK. */
	STOCK_JDK("stock exporter, JDK sender", FsyncPolicy.NEVER, (directory, fsync) -> StockExporter.start("sender.jdk")),

	/** The peer with the sender it has by default. */
	STOCK_OKHTTP("stock exporter, OkHttp sender", FsyncPolicy.NEVER,
			(directory, fsync) -> StockExporter.start("sender.okhttp")),

	/** The limit, synced every second. */
	BY_HAND_INTERVAL(BY_HAND, FsyncPolicy.INTERVAL),

	/** The starter at its default. */
	STARTER_INTERVAL(STARTER, FsyncPolicy.INTERVAL),

	/** The limit, synced each time. */
	BY_HAND_ALWAYS(BY_HAND, FsyncPolicy.ALWAYS),

	/** The starter, as durable as that. */
	STARTER_ALWAYS(STARTER, FsyncPolicy.ALWAYS);

	private final String label;

	private final FsyncPolicy fsync;

	private final Opening opening;

	ExportContestant(ExportContestant like, FsyncPolicy fsync) {
		this(like.label, fsync, like.opening);
	}

	ExportContestant(String label, FsyncPolicy fsync, Opening opening) {
		this.label = label;
		this.fsync = fsync;
		this.opening = opening;
	}

	private static SpanExporter byHand(Path directory, FsyncPolicy fsync) throws IOException {
		return new SerializingExporter(new AppendedFiles(directory, fsync));
	}

	/**
	 * Return the row of the table.
	 * @return what it does
	 */
	String label() {
		return this.label;
	}

	/**
	 * Return the column of the table.
	 * @return when it syncs
	 */
	String durability() {
		return switch (this.fsync) {
			case NEVER -> "no fsync";
			case INTERVAL -> "fsync every second";
			case ALWAYS -> "fsync each batch";
		};
	}

	/**
	 * Start.
	 * @param directory an empty directory
	 * @return the exporter, to be shut down
	 * @throws IOException if it cannot be started
	 */
	SpanExporter open(Path directory) throws IOException {
		return this.opening.open(directory, this.fsync);
	}

	/**
	 * Starts an exporter.
	 */
	private interface Opening {

		SpanExporter open(Path directory, FsyncPolicy fsync) throws IOException;

	}

}
