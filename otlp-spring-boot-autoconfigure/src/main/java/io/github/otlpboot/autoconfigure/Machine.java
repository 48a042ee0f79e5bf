package io.github.otlpboot.autoconfigure;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;

import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.LocalDisk;

/**
 * What the pipeline runs on. The one place where real clocks come in.
 *
 * @param time time and chance
 * @param disk where telemetry is stored
 */
record Machine(PipelineTime time, Disk disk) {

	static Machine real() {
		return new Machine(new PipelineTime(new SteadyClock(Clock.systemUTC(), System::nanoTime), System::nanoTime,
				() -> ThreadLocalRandom.current().nextDouble()), new LocalDisk());
	}

}
