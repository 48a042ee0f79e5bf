package io.github.otlpboot.crash;

import java.io.PrintStream;
import java.util.List;

/**
 * Says what has happened on a pipe, one line at a time. A line that was cut off by the
 * end of the process can be told from a whole one. Thread-safe.
 */
final class Announcer {

	/** The last word of every line. */
	static final String END = ".";

	private final PrintStream output;

	/**
	 * Create an announcer.
	 * @param output where the lines go; autoflush is not needed
	 */
	Announcer(PrintStream output) {
		this.output = output;
	}

	/**
	 * Say something.
	 * @param what what has happened
	 * @param words more about it, without spaces
	 */
	void say(String what, List<String> words) {
		String line = what + " " + String.join(" ", words) + " " + END + "\n";
		synchronized (this.output) {
			this.output.print(line);
			this.output.flush();
		}
	}

}
