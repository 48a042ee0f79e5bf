package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.storage.SimulatedDisk.Operation;

/**
 * Kills a process on a {@link SimulatedDisk} just before one of its steps.
 */
final class KillPoints {

	private KillPoints() {
	}

	/**
	 * Run something up to a step, and let a new process find what it left.
	 * @param disk the disk
	 * @param step the number of steps that succeed; all, if there are no more
	 * @param task what to run
	 * @return the steps, the one that was not done at the end; listing is none
	 * @throws IOException if the task fails
	 */
	static List<String> run(SimulatedDisk disk, int step, Task task) throws IOException {
		List<String> steps = new ArrayList<>();
		disk.hook((operation, path) -> {
			if (operation == Operation.LIST || operation == Operation.READ) {
				return;
			}
			steps.add(operation + " " + name(path));
			if (steps.size() > step) {
				throw new Killed();
			}
		});
		try {
			task.run();
		}
		catch (Killed ex) {
			// As it should be.
		}
		disk.heal();
		disk.restart();
		return steps;
	}

	private static String name(Path path) {
		return String.valueOf(path.getFileName());
	}

	/**
	 * What a process does until it is killed.
	 */
	@FunctionalInterface
	interface Task {

		void run() throws IOException;

	}

	private static final class Killed extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
