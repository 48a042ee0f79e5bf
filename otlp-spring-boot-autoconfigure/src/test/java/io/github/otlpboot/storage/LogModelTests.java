package io.github.otlpboot.storage;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.fail;

/**
 * Runs a log beside a model of it. {@code -Dotlp.seeds=5000} takes so many walks,
 * {@code -Dotlp.seed=7} that one alone.
 */
class LogModelTests {

	private static final int STEPS = 120;

	@Test
	@DisplayName("The ledger, the files and the model agree after every step")
	void agreesWithTheModel() {
		Long only = Long.getLong("otlp.seed");
		long first = (only != null) ? only : 1;
		long last = (only != null) ? only : Integer.getInteger("otlp.seeds", 200);
		for (long seed = first; seed <= last; seed++) {
			List<LogModel.Step> steps = LogModel.steps(seed, STEPS);
			Throwable failure = failure(seed, steps);
			if (failure != null) {
				List<LogModel.Step> fewest = shrink(seed, steps);
				fail("Seed " + seed + " fails with " + fewest, failure(seed, fewest));
			}
		}
	}

	private static @Nullable Throwable failure(long seed, List<LogModel.Step> steps) {
		try {
			new LogModel(seed).run(steps);
			return null;
		}
		catch (Exception | AssertionError ex) {
			return ex;
		}
	}

	/**
	 * Delete steps for as long as the rest still fails.
	 */
	private static List<LogModel.Step> shrink(long seed, List<LogModel.Step> steps) {
		List<LogModel.Step> fewest = steps;
		for (int length = steps.size() / 2; length > 0; length /= 2) {
			for (int from = 0; from + length <= fewest.size();) {
				List<LogModel.Step> fewer = new ArrayList<>(fewest);
				fewer.subList(from, from + length).clear();
				if (failure(seed, fewer) != null) {
					fewest = fewer;
				}
				else {
					from += length;
				}
			}
		}
		return fewest;
	}

}
