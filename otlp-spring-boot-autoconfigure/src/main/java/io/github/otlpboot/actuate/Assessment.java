package io.github.otlpboot.actuate;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.StorageStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a status means, in a word and in a sentence. The sentence survives where health
 * shows no details.
 *
 * @param level how bad it is
 * @param description why, {@code null} if all is well
 */
record Assessment(Level level, @Nullable String description) {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

	static Assessment of(PipelineStatus status) {
		if (status.losses().isLosing()) {
			return new Assessment(Level.DATA_LOSS, losing(status));
		}
		List<String> troubles = Trouble.all(status).stream().map(Trouble::describe).toList();
		StorageStatus storage = status.storage();
		List<String> words = new ArrayList<>(troubles);
		if (storage != null) {
			words.addAll(new StorageOutlook(storage, status).describe(troubles));
		}
		else if (!troubles.isEmpty()) {
			words.add("nothing lost");
			words.add(fullest(status) + "% of the memory buffer in use");
		}
		return words.isEmpty() ? new Assessment(Level.UP, null)
				: new Assessment(Level.DEGRADED, String.join("; ", words));
	}

	private static String losing(PipelineStatus status) {
		return "losing data since " + TIME.format(Instant.ofEpochMilli(status.losses().since())) + ": "
				+ status.losses().reasons().stream().map(Assessment::describe).collect(Collectors.joining(", "));
	}

	static String describe(String reason) {
		return switch (reason) {
			case "buffer_full" -> "memory buffer full, refusing new data";
			case "log_full" -> "storage full, refusing new data";
			case "too_large" -> "refusing items larger than a request may be";
			case "queue_full" -> "queue of the OpenTelemetry SDK full, dropping new data";
			case "closed" -> "refusing new data while shutting down";
			case "retention_size" -> "storage full, dropping oldest";
			case "retention_age" -> "dropping what was stored for longer than otlp.storage.max-age";
			case "corrupt" -> "stored data is damaged";
			case "unsynced" -> "stored data was not on disk yet when the machine stopped";
			case "shutdown" -> "memory could not be emptied before the end";
			case "overflow" -> "memory buffer full, dropping oldest";
			case "rejected" -> "the destination refuses the data itself";
			case "partial_success" -> "the destination refuses some of the data";
			default -> reason.replace('_', ' ');
		};
	}

	private static long fullest(PipelineStatus status) {
		long fullest = 0;
		for (RouteStatus route : status.routes()) {
			fullest = Math.max(fullest, 100 * route.backlog().bytes() / Math.max(1, status.buffer().maxBytes()));
			fullest = Math.max(fullest, 100 * route.backlog().items() / Math.max(1, status.buffer().maxItems()));
		}
		return fullest;
	}

	/**
	 * How bad it is.
	 */
	enum Level {

		/**
		 * Nothing has failed lately.
		 */
		UP,

		/**
		 * Something fails, nothing is lost.
		 */
		DEGRADED,

		/**
		 * Items are being lost or refused.
		 */
		DATA_LOSS

	}

}
