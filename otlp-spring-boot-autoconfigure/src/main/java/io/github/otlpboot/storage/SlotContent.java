package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;

import io.github.otlpboot.model.Signal;

/**
 * Tells data from bookkeeping in the directory of a slot.
 */
final class SlotContent {

	private SlotContent() {
	}

	/**
	 * Return whether there is something in a slot that must not go with it.
	 * @param disk where the slot is
	 * @param directory the directory of the slot
	 * @return {@code false} if there is bookkeeping alone
	 * @throws IOException if it cannot be read
	 */
	static boolean holdsData(Disk disk, Path directory) throws IOException {
		for (Path entry : disk.list(directory)) {
			String name = String.valueOf(entry.getFileName());
			// What we do not know may be data.
			if (isSignal(name) ? holdsSegments(disk, entry) : !isBookkeeping(name)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether something of a signal is stored, delivered or not.
	 * @param disk where the slot is
	 * @param signalDirectory the directory of the signal in the slot
	 * @return {@code true} if there are segments
	 * @throws IOException if it cannot be read
	 */
	static boolean holdsSegments(Disk disk, Path signalDirectory) throws IOException {
		return disk.list(signalDirectory).stream().anyMatch((entry) -> entry.toString().endsWith(Slot.SEGMENT_SUFFIX));
	}

	private static boolean isSignal(String name) {
		for (Signal signal : Signal.values()) {
			if (signal.id().equals(name)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isBookkeeping(String name) {
		return name.equals(Slot.LOCK) || name.equals(SlotMeta.FILE_NAME) || name.equals(SlotMeta.FILE_NAME + ".tmp");
	}

}
