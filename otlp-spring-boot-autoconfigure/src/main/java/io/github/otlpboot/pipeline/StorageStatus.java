package io.github.otlpboot.pipeline;

import java.util.List;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * How storage is doing, as of the last time its thread looked.
 *
 * @param reason why what is accepted stays in memory, {@code null} if it goes to disk
 * @param directory the slot, or the storage directory while there is none
 * @param freeSpace the free space of the volume in bytes, {@code -1} if it is not known
 * @param minFreeSpace the free space below which nothing grows, in bytes
 * @param signals how much of its budget each signal takes
 */
public record StorageStatus(@Nullable String reason, String directory, long freeSpace, long minFreeSpace,
		List<SignalUsage> signals) {

	/** No signal fills up. */
	public static final long NEVER = -1;

	public StorageStatus {
		signals = List.copyOf(signals);
	}

	/**
	 * Return whether what is accepted goes to disk.
	 * @return {@code false} while it stays in memory
	 */
	public boolean isDurable() {
		return this.reason == null;
	}

	/**
	 * Return how much is on disk.
	 * @return the length in bytes
	 */
	public long used() {
		return this.signals.stream().mapToLong(SignalUsage::used).sum();
	}

	/**
	 * Return how much may be on disk.
	 * @return the length in bytes
	 */
	public long limit() {
		return this.signals.stream().mapToLong(SignalUsage::limit).sum();
	}

	/**
	 * Return the signal that comes to its limit first.
	 * @return how long it takes, in seconds, {@link #NEVER} if none does
	 */
	public long fullInSeconds() {
		return this.signals.stream()
			.mapToLong(SignalUsage::fullInSeconds)
			.filter((seconds) -> seconds != NEVER)
			.min()
			.orElse(NEVER);
	}

	/**
	 * How much of its budget a signal takes.
	 *
	 * @param signal the signal
	 * @param used how much is on disk, in bytes
	 * @param limit how much may be on disk, in bytes
	 * @param fullInSeconds when the limit is reached if it goes on like this,
	 * {@link StorageStatus#NEVER} if it does not grow
	 */
	public record SignalUsage(Signal signal, long used, long limit, long fullInSeconds) {

	}

}
