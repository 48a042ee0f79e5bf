package io.github.otlpboot.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;

/**
 * What storage means for whoever is woken at night: whether anything is lost, and how
 * long until it is.
 *
 * @param storage how storage is doing
 * @param status how the whole pipeline is doing
 */
record StorageOutlook(StorageStatus storage, PipelineStatus status) {

	/** From here on it is a trouble of its own, in percent. */
	private static final long NEARLY_FULL = 80;

	/** What is further away may change too often to be told. */
	private static final Duration FAR = Duration.ofDays(30);

	/**
	 * Put it into words.
	 * @param troubles what else is wrong
	 * @return sentences without a full stop, empty if there is nothing to be said
	 */
	List<String> describe(List<String> troubles) {
		List<String> words = new ArrayList<>();
		if (!this.storage.isDurable()) {
			words.add("stored in memory only: " + this.storage.reason());
			if (!troubles.isEmpty()) {
				words.add(lately("nothing lost"));
				words.add(percentInMemory() + "% of the memory buffer in use");
			}
			return words;
		}
		if (this.storage.isLowOnSpace()) {
			words.add("only " + (this.storage.freeSpace() >> 20) + "MB free on the volume; storage does not grow");
		}
		if (this.storage.percentFull() >= NEARLY_FULL) {
			words.add("storage " + this.storage.percentFull() + "% full");
			if (expiresFirst()) {
				words.add(expiry());
			}
			else if (isForeseeable()) {
				words.add((this.storage.dropsOldest() ? "oldest data drops" : "new data is refused") + " in about "
						+ untilFull());
			}
			words.add(lately("nothing lost yet"));
		}
		else if (!troubles.isEmpty() || !words.isEmpty()) {
			// A paused route has said already that its data is kept.
			boolean kept = !troubles.isEmpty()
					&& troubles.stream().allMatch((trouble) -> trouble.contains(Trouble.KEPT));
			if (!kept || hasLostLately()) {
				words.add(lately("everything stored"));
			}
			if (expiresFirst()) {
				words.add("storage " + this.storage.percentFull() + "% full");
				words.add(expiry());
			}
			else {
				words.add(isForeseeable() ? "storage full in about " + untilFull()
						: "storage " + this.storage.percentFull() + "% full");
			}
		}
		return words;
	}

	private boolean isForeseeable() {
		long seconds = this.storage.fullInSeconds();
		return seconds != StorageStatus.NEVER && seconds < FAR.toSeconds();
	}

	private String untilFull() {
		return Trouble.describe(Duration.ofSeconds(this.storage.fullInSeconds()));
	}

	/**
	 * Return when the oldest of what is stored has waited for too long, if it goes on to
	 * wait. What is being delivered does not.
	 * @return how long it takes, in seconds, {@link StorageStatus#NEVER} if nothing waits
	 */
	long expiresInSeconds() {
		long earliest = Long.MAX_VALUE;
		for (SignalUsage usage : this.storage.signals()) {
			for (RouteStatus route : this.status.routes()) {
				if (route.signal() == usage.signal() && route.state() != RouteState.DELIVERING
						&& !route.backlog().isEmpty()) {
					long age = this.status.at() - route.backlog().oldestAcceptedAt();
					earliest = Math.min(earliest, usage.maxAge().toSeconds() - age / 1000);
				}
			}
		}
		return (earliest != Long.MAX_VALUE) ? Math.max(0, earliest) : StorageStatus.NEVER;
	}

	private boolean expiresFirst() {
		long expires = expiresInSeconds();
		return expires != StorageStatus.NEVER && expires < FAR.toSeconds()
				&& (!isForeseeable() || expires < this.storage.fullInSeconds());
	}

	// Whole files go, once the newest of them is too old.
	private String expiry() {
		return "oldest data expires in about " + Trouble.describe(Duration.ofSeconds(expiresInSeconds()));
	}

	private boolean hasLostLately() {
		return lostLately() > 0;
	}

	private long lostLately() {
		return this.status.losses().lostLastFiveMinutes() + this.status.losses().refusedLastFiveMinutes();
	}

	private String lately(String otherwise) {
		return hasLostLately() ? lostLately() + " items lost or refused in the last 5m" : otherwise;
	}

	private long percentInMemory() {
		return 100 * this.storage.inMemory() / Math.max(1, this.status.buffer().maxBytes());
	}

}
