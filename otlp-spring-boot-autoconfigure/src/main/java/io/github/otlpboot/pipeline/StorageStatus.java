package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.List;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * How storage is doing, as of the last time its thread looked.
 *
 * @param reason why what is accepted stays in memory, {@code null} if it goes to disk
 * @param directory the slot, or the storage directory while there is none
 * @param slot the name of the slot, {@code null} while there is none
 * @param dropsOldest whether the oldest data makes room where there is none; otherwise
 * what is new is refused
 * @param freeSpace the free space of the volume in bytes, {@code -1} if it is not known
 * @param minFreeSpace the free space below which nothing grows, in bytes
 * @param signals how much of its budget each signal takes
 */
public record StorageStatus(@Nullable String reason, String directory, @Nullable String slot, boolean dropsOldest,
		long freeSpace, long minFreeSpace, List<SignalUsage> signals) {

	/** No signal fills up. */
	public static final long NEVER = -1;

	public StorageStatus {
		signals = List.copyOf(signals);
	}

	/**
	 * Return the status of the same storage while its disk does not answer: nothing is
	 * accepted, and nothing lost that was.
	 * @return a status that says so
	 */
	StorageStatus stuck() {
		return new StorageStatus("the disk does not answer", this.directory, this.slot, this.dropsOldest,
				this.freeSpace, this.minFreeSpace, this.signals);
	}

	/**
	 * Return whether what is accepted goes to disk.
	 * @return {@code false} while it stays in memory
	 */
	public boolean isDurable() {
		return this.reason == null;
	}

	/**
	 * Return whether the volume has so little free space that nothing grows.
	 * @return {@code false} if there is enough, or nobody knows
	 */
	public boolean isLowOnSpace() {
		return this.freeSpace >= 0 && this.freeSpace < this.minFreeSpace;
	}

	/**
	 * Return how full the fullest signal is, since each has a budget of its own.
	 * @return from 0 to 100
	 */
	public long percentFull() {
		return this.signals.stream().mapToLong(SignalUsage::percentFull).max().orElse(0);
	}

	/**
	 * Return what waits in memory, because the disk does not work or did not.
	 * @return the most that one signal holds there, in bytes
	 */
	public long inMemory() {
		return this.signals.stream().mapToLong(SignalUsage::inMemory).max().orElse(0);
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
	 * @param capacity how much goes there as things are: the limit, or less where the
	 * volume has no room for it, in bytes
	 * @param undelivered how much of it a destination still waits for, in bytes; the rest
	 * makes room at no loss
	 * @param inMemory how much waits in memory, in bytes
	 * @param fullInSeconds when what is undelivered takes up the capacity if it goes on
	 * like this, {@link StorageStatus#NEVER} if it does not grow
	 * @param maxAge how long what is undelivered is kept
	 */
	public record SignalUsage(Signal signal, long used, long limit, long capacity, long undelivered, long inMemory,
			long fullInSeconds, Duration maxAge) {

		/**
		 * Return how much of the capacity is taken up by what must not be lost.
		 * @return from 0 to 100
		 */
		public long percentFull() {
			return Math.min(100, 100 * this.undelivered / Math.max(1, this.capacity));
		}

	}

}
