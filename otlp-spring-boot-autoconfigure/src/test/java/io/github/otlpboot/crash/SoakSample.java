package io.github.otlpboot.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

import io.github.otlpboot.model.Signal;

/**
 * What a process uses, and what its ledgers say, while it stands still.
 *
 * @param generation the number of the process
 * @param heap the heap after a collection, in bytes
 * @param threads how many threads it has
 * @param descriptors how many files and connections it has open
 * @param disk how much is on disk, in bytes
 * @param unbalanced how often a ledger has not balanced
 * @param accounts the ledgers
 */
record SoakSample(int generation, long heap, int threads, int descriptors, long disk, long unbalanced,
		List<Account> accounts) {

	private static final int FIGURES = 4;

	private static final int WIDTH = 9;

	static SoakSample of(int generation, List<String> words, int descriptors) {
		List<Account> accounts = new ArrayList<>();
		for (int i = FIGURES; i < words.size(); i += WIDTH) {
			long[] figures = words.subList(i + 1, i + WIDTH).stream().mapToLong(Long::parseLong).toArray();
			accounts.add(new Account(Signal.valueOf(words.get(i)), figures[0], figures[1], figures[2], figures[3],
					figures[4], figures[5], figures[6], figures[7]));
		}
		return new SoakSample(generation, Long.parseLong(words.get(0)), Integer.parseInt(words.get(1)), descriptors,
				Long.parseLong(words.get(2)), Long.parseLong(words.get(3)), accounts);
	}

	/**
	 * Return the median of the heap and the most of everything else.
	 * @param samples the samples
	 * @return what they use
	 */
	static Use use(List<SoakSample> samples) {
		List<Long> heaps = samples.stream().map(SoakSample::heap).sorted().toList();
		return new Use(heaps.get(heaps.size() / 2), most(samples, SoakSample::threads),
				most(samples, SoakSample::descriptors), most(samples, SoakSample::disk));
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(String.format("heap %,d, %d threads, %d descriptors, disk %,d",
				this.heap, this.threads, this.descriptors, this.disk));
		for (Account account : this.accounts) {
			text.append("; ").append(account.signal().id());
			append(text, " accepted", account.accepted());
			append(text, ", delivered", account.delivered());
			append(text, ", pending", account.pending());
			append(text, ", refused by the collector", account.refused());
			append(text, ", lost otherwise", account.lost());
			append(text, ", turned away", account.turnedAway());
		}
		return text.toString();
	}

	private static void append(StringBuilder text, String what, long items) {
		if (items > 0) {
			text.append(String.format("%s %,d", what, items));
		}
	}

	private static long most(List<SoakSample> samples, ToLongFunction<SoakSample> figure) {
		return samples.stream().mapToLong(figure).max().orElseThrow();
	}

	/**
	 * What became of a signal.
	 *
	 * @param signal the signal
	 * @param accepted how many items were accepted
	 * @param acceptedHere how many of them by this process
	 * @param delivered how many of them the collector has taken
	 * @param pending how many wait
	 * @param refused how many the collector has refused
	 * @param lost how many were lost for other reasons
	 * @param unexpected how many of them for a reason that does not occur here
	 * @param turnedAway how many were not accepted
	 */
	record Account(Signal signal, long accepted, long acceptedHere, long delivered, long pending, long refused,
			long lost, long unexpected, long turnedAway) {

	}

	/**
	 * What several samples use.
	 *
	 * @param heap the heap after a collection, in bytes
	 * @param threads the number of threads
	 * @param descriptors the number of open files and connections
	 * @param disk what is on disk, in bytes
	 */
	record Use(long heap, long threads, long descriptors, long disk) {

		@Override
		public String toString() {
			return String.format("heap %,d, %d threads, %d descriptors, disk %,d", this.heap, this.threads,
					this.descriptors, this.disk);
		}

	}

}
