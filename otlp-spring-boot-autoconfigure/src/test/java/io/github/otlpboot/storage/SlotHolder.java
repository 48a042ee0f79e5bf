package io.github.otlpboot.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Another process: takes a slot, tells its name, and holds it until its input ends or it
 * is killed; or takes and deletes slots, as fast as it can.
 */
public final class SlotHolder {

	private SlotHolder() {
	}

	public static void main(String[] arguments) throws IOException {
		Slots slots = new Slots(new LocalDisk(), Path.of(arguments[0]), SlotOwner.of(arguments[1], List.of()),
				Clock.systemUTC());
		if (arguments.length > 2) {
			churn(slots, Path.of(arguments[2]));
			return;
		}
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
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
	 * Every slot that is held has a marker, and nobody finds one there already.
	 */
	private static void churn(Slots slots, Path markers) throws IOException {
		for (int i = 0; i < 400; i++) {
			Slot slot = slots.acquire();
			Path marker = Files.createFile(markers.resolve(slot.name()));
			Files.delete(marker);
			slot.delete();
		}
		System.out.println("done");
	}

}
