package io.github.otlpboot.sample.control;

import java.util.Optional;
import java.util.function.Supplier;

import io.github.otlpboot.sample.status.PipelineFigures;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The single place where the sample looks into the pipeline. Where there is no pipeline
 * there are no figures, and the status line tells of the collector alone.
 */
@Configuration(proxyBeanMethods = false)
class PipelineFiguresConfiguration {

	@Bean
	Supplier<Optional<PipelineFigures>> pipelineFigures() {
		return Optional::empty;
	}

}
