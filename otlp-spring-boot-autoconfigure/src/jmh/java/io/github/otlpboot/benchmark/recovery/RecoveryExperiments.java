package io.github.otlpboot.benchmark.recovery;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;

/**
 * How long it takes to open a log.
 */
public final class RecoveryExperiments {

	private RecoveryExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		return List.of(new RecoveryExperiment());
	}

}
