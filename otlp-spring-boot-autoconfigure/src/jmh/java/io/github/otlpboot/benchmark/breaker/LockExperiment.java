package io.github.otlpboot.benchmark.breaker;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;

/**
 * Counts the locks that a call takes, on the classes that are measured.
 */
final class LockExperiment implements Experiment {

	private static final int CALLS = 10_000;

	@Override
	public String name() {
		return "breaker-locks";
	}

	@Override
	public String baseline() {
		return Contestant.SEVERAL_LOCKS.subject();
	}

	@Override
	public String method(Form form) {
		return "Counted over %,d calls of one thread, on the classes themselves with the counting woven in"
			.formatted(CALLS);
	}

	@Override
	public List<Figure> run(Form form) throws ReflectiveOperationException {
		List<Figure> figures = new ArrayList<>();
		for (Contestant contestant : Contestant.values()) {
			GuardedCalls calls = load(contestant);
			count(figures, contestant, "healthy", calls, (call) -> false);
			count(figures, contestant, "one failure in ten", calls, (call) -> call % 10 == 0);
			GuardedCalls open = load(contestant);
			for (int i = 0; i < GuardedCalls.THRESHOLD; i++) {
				open.call(true);
			}
			count(figures, contestant, "open", open, (call) -> false);
		}
		return figures;
	}

	private static void count(List<Figure> figures, Contestant contestant, String scenario, GuardedCalls calls,
			IntPredicate fails) {
		LockCounts.clear();
		for (int i = 0; i < CALLS; i++) {
			if (calls.call(fails.test(i)) == scenario.equals("open")) {
				throw new IllegalStateException(contestant + " is in the wrong state");
			}
		}
		double locks = (double) LockCounts.locks() / CALLS;
		double updates = (double) LockCounts.updates() / CALLS;
		figures.add(Figure.counted(contestant.subject(), scenario + ": locks", locks, "a call"));
		figures.add(Figure.counted(contestant.subject(), scenario + ": atomic updates", updates, "a call"));
	}

	private static GuardedCalls load(Contestant contestant) throws ReflectiveOperationException {
		Class<?> counting = new CountingClassLoader().loadClass(Contestant.class.getName());
		for (Object constant : counting.getEnumConstants()) {
			if (constant.toString().equals(contestant.name())) {
				Method create = counting.getDeclaredMethod("create");
				create.setAccessible(true);
				return (GuardedCalls) create.invoke(constant);
			}
		}
		throw new IllegalStateException("There is no " + contestant);
	}

}
