package io.github.otlpboot.autoconfigure;

import java.util.concurrent.ThreadLocalRandom;

import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.testing.FaultyDisk;
import io.github.otlpboot.testing.JumpingClock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Has a whole application run on a disk that fails and a clock that jumps. All else is as
 * it is without.
 */
@Configuration(proxyBeanMethods = false)
public class FaultyMachine {

	@Bean
	Machine faultyMachine(FaultyDisk disk, JumpingClock clock) {
		return new Machine(new PipelineTime(new SteadyClock(clock, System::nanoTime), System::nanoTime,
				() -> ThreadLocalRandom.current().nextDouble()), disk);
	}

}
