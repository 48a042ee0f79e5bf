package io.github.otlpboot.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Another process: takes a slot, tells its name, and holds it until it is told to go or
 * is killed.
 */
final class SlotHolder {

	private SlotHolder() {
	}

	public static void main(String[] arguments) throws IOException {
		Slots slots = new Slots(new LocalDisk(), Path.of(arguments[0]), SlotOwner.of(arguments[1], List.of()),
				Clock.systemUTC());
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

}
