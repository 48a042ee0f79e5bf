package io.github.otlpboot.benchmark.application;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;

/**
 * The experiments with whole applications.
 */
public final class ApplicationExperiments {

	private ApplicationExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		return List.of(new DeliveryExperiment("delivered", false, 30, 0, Contestant.UNTUNED),
				new DeliveryExperiment("delivered-gzip", true, 30, 0, Contestant.UNTUNED),
				new DeliveryExperiment("delivered-steady", false, 10, 20_000, List.of(Contestant.values())),
				new DelayExperiment(), new CatchUpExperiment(), new StartUpExperiment(), new IdleExperiment());
	}

}
