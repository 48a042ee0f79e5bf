package io.github.otlpboot.sample.kill;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What an application tells of one signal.
 *
 * @param when whether it is still running
 * @param signal the signal
 * @param accepted the number of items accepted since the log began
 * @param acceptedEarlier how many of them earlier processes accepted
 * @param delivered the number of items delivered since the log began
 * @param deliveredEarlier how many of them were delivered according to the cursor that
 * was found
 * @param lost the number of items lost
 * @param pending the number of items neither delivered nor lost
 * @param newCursor whether the cursor was saved since that was told before
 */
record Told(When when, Signal signal, long accepted, long acceptedEarlier, long delivered, long deliveredEarlier,
		long lost, long pending, boolean newCursor) {

	private static final String END = ".";

	/**
	 * Return a line that is seen to be whole.
	 * @return the line with its end
	 */
	String line() {
		return this.when + " " + this.signal + " " + this.accepted + " " + this.acceptedEarlier + " " + this.delivered
				+ " " + this.deliveredEarlier + " " + this.lost + " " + this.pending + " " + this.newCursor + " " + END
				+ "\n";
	}

	/**
	 * Return what people want to know.
	 * @return such as {@code traces: 120 accepted, 20 pending}
	 */
	String summary() {
		return this.signal.id() + ": " + this.accepted + " accepted, " + this.pending + " pending";
	}

	/**
	 * Read a line.
	 * @param line the line without its end
	 * @return what it tells, {@code null} if the process was killed while it wrote
	 */
	static @Nullable Told parse(String line) {
		String[] words = line.split(" ");
		if (words.length != 10 || !words[9].equals(END)) {
			return null;
		}
		return new Told(When.valueOf(words[0]), Signal.valueOf(words[1]), Long.parseLong(words[2]),
				Long.parseLong(words[3]), Long.parseLong(words[4]), Long.parseLong(words[5]), Long.parseLong(words[6]),
				Long.parseLong(words[7]), Boolean.parseBoolean(words[8]));
	}

	/**
	 * When it is told.
	 */
	enum When {

		/**
		 * While the application runs.
		 */
		RUNNING,

		/**
		 * After it was closed.
		 */
		ENDED

	}

}
