package io.github.otlpboot.documents.shop;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * What a reader has written.
 */
public final class Checkout {

	private final ObservationRegistry observations;

	Checkout(ObservationRegistry observations) {
		this.observations = observations;
	}

	/**
	 * Take the money.
	 * @param euros how much
	 */
	public void pay(int euros) {
		Observation.createNotStarted("checkout.pay", this.observations)
			.highCardinalityKeyValue("euros", String.valueOf(euros))
			.observe(() -> {
			});
	}

}
