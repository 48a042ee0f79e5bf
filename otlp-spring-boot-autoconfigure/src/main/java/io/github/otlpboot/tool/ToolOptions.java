package io.github.otlpboot.tool;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What the tool was asked for.
 *
 * @param command what to do
 * @param directory the storage directory
 * @param signal the only signal to look at, {@code null} for all
 * @param slot the name of the only slot to look at, {@code null} for all
 * @param pending whether to leave out what every destination has
 */
record ToolOptions(Command command, Path directory, @Nullable Signal signal, @Nullable String slot, boolean pending) {

	/**
	 * Understand the arguments.
	 * @param arguments the arguments of the main method
	 * @return what they mean
	 * @throws IllegalArgumentException if they mean nothing; the message says why
	 */
	static ToolOptions parse(String... arguments) {
		List<String> words = new ArrayList<>();
		Signal onlySignal = null;
		String onlySlot = null;
		boolean onlyPending = false;
		Iterator<String> iterator = Arrays.asList(arguments).iterator();
		while (iterator.hasNext()) {
			String argument = iterator.next();
			if (argument.equals("--signal")) {
				onlySignal = signal(value(argument, iterator));
			}
			else if (argument.equals("--slot")) {
				onlySlot = value(argument, iterator);
			}
			else if (argument.equals("--pending")) {
				onlyPending = true;
			}
			else {
				words.add(word(argument));
			}
		}
		if (words.size() != 2) {
			throw new IllegalArgumentException("A command and a directory are needed");
		}
		ToolOptions options = new ToolOptions(command(words.get(0)), directory(words.get(1)), onlySignal, onlySlot,
				onlyPending);
		options.check();
		return options;
	}

	private void check() {
		if (this.command == Command.DUMP && this.signal == null) {
			throw new IllegalArgumentException("'dump' needs --signal: a file of OTLP JSON holds one signal only");
		}
		if (this.command != Command.DUMP && this.pending) {
			throw new IllegalArgumentException("Only 'dump' knows --pending");
		}
	}

	private static String word(String argument) {
		if (argument.startsWith("-")) {
			throw new IllegalArgumentException("There is no option '" + argument + "'");
		}
		return argument;
	}

	private static String value(String option, Iterator<String> iterator) {
		if (!iterator.hasNext()) {
			throw new IllegalArgumentException("'" + option + "' needs a value");
		}
		return iterator.next();
	}

	private static Command command(String name) {
		for (Command command : Command.values()) {
			if (command.name().toLowerCase(Locale.ROOT).equals(name)) {
				return command;
			}
		}
		throw new IllegalArgumentException("There is no command '" + name + "'");
	}

	private static Signal signal(String id) {
		for (Signal signal : Signal.values()) {
			if (signal.id().equals(id)) {
				return signal;
			}
		}
		throw new IllegalArgumentException("'--signal' must be one of "
				+ Arrays.stream(Signal.values()).map(Signal::id).collect(Collectors.joining(", ")) + ", but is '" + id
				+ "'");
	}

	private static Path directory(String name) {
		try {
			return Path.of(name);
		}
		catch (InvalidPathException ex) {
			throw new IllegalArgumentException("'" + name + "' is no path: " + ex.getReason(), ex);
		}
	}

	/**
	 * Return the signals to look at.
	 * @return one or all of them
	 */
	List<Signal> signals() {
		return (this.signal != null) ? List.of(this.signal) : List.of(Signal.values());
	}

	/**
	 * What the tool can do.
	 */
	enum Command {

		LIST, VERIFY, DUMP

	}

}
