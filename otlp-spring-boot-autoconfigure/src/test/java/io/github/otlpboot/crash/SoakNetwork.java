package io.github.otlpboot.crash;

import java.time.Duration;
import java.util.Random;

import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TcpFaultProxy.Fault;

/**
 * What happens to the connections between an application and its collector.
 *
 * @param proxy stands between the two
 * @param collector is behind it
 * @param random says how bad it is
 */
record SoakNetwork(TcpFaultProxy proxy, SoakCollector collector, Random random) {

	/**
	 * Let something happen, that lasts until the proxy is healed or that is over at the
	 * end.
	 * @param trouble what happens
	 */
	void suffer(Trouble trouble) {
		int bytes = this.random.nextInt(3000);
		switch (trouble) {
			case LATENCY -> this.proxy.set(Fault.latency(Duration.ofMillis(this.random.nextInt(300))));
			case BANDWIDTH -> this.proxy.set(Fault.bandwidth(5000 + this.random.nextInt(50_000)));
			case TRICKLE -> this.proxy.set(Fault.trickle(Duration.ofMillis(50)));
			case TRICKLE_UP -> this.proxy.set(Fault.trickleUp(Duration.ofMillis(5)));
			case NEVER_READS -> this.proxy.set(Fault.neverReads());
			case NEVER_ANSWERS -> this.proxy.set(Fault.neverAnswers());
			case RESET_UP -> this.proxy.set(Fault.resetAfterUp(bytes));
			case RESET_DOWN -> this.proxy.set(Fault.resetAfterDown(bytes / 30));
			case HALF_CLOSE -> this.proxy.set(Fault.halfCloseAfterDown(bytes / 30));
			case RESTART -> {
				this.collector.stop();
				SoakTests.hold(this.random.nextInt(1000));
				this.collector.start();
			}
			case FLAPPING -> {
				for (int i = 0; i < 3; i++) {
					this.proxy.down();
					SoakTests.hold(this.random.nextInt(200));
					this.proxy.up();
					SoakTests.hold(this.random.nextInt(200));
				}
			}
		}
	}

	/**
	 * What happens.
	 */
	enum Trouble {

		LATENCY, BANDWIDTH, TRICKLE, TRICKLE_UP, NEVER_READS, NEVER_ANSWERS, RESET_UP, RESET_DOWN, HALF_CLOSE, RESTART,
		FLAPPING

	}

}
