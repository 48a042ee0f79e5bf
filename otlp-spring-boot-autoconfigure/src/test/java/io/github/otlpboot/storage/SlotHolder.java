package io.github.otlpboot.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;

/**
 * Another process: takes a slot, tells its name, and holds it until its input ends or it
 * is killed; or opens the lock file of one, and locks it later.
 */
public final class SlotHolder {

	private SlotHolder() {
	}

	public static void main(String[] arguments) throws IOException {
		Slots slots = new Slots(new LocalDisk(), Path.of(arguments[0]), SlotOwner.of(arguments[1], List.of()),
				Clock.systemUTC());
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
		if (arguments.length > 2) {
			openThenLock(Path.of(arguments[2]), commands);
			return;
		}
		try (Slot slot = slots.acquire()) {
			System.out.println(slot.name() + " " + slot.logId());
			for (String command = commands.readLine(); command != null; command = commands.readLine()) {
				if (command.equals("adopt")) {
					System.out.println(slots.adoptable().stream().map(Slot::name).toList());
				}
			}
		}
	}

	/**
	 * Be slow between the two halves of taking a lock.
	 * @param file the lock file
	 * @param commands a line for each half
	 * @throws IOException if the file cannot be opened or locked
	 */
	private static void openThenLock(Path file, BufferedReader commands) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			System.out.println("opened");
			commands.readLine();
			System.out.println((channel.tryLock() != null) ? "locked" : "refused");
			commands.readLine();
		}
	}

}
