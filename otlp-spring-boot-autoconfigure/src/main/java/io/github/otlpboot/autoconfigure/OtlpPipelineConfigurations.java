package io.github.otlpboot.autoconfigure;

import java.util.List;

import io.github.otlpboot.pipeline.Pipeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The pipeline on and off.
 */
final class OtlpPipelineConfigurations {

	private static final Logger logger = LoggerFactory.getLogger(OtlpPipelineConfigurations.class);

	private OtlpPipelineConfigurations() {
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(OnEndpointCondition.class)
	@ConditionalOnMissingBean(Pipeline.class)
	static final class On {

		@Bean
		static ShutdownSequence otlpShutdownSequence() {
			return new ShutdownSequence();
		}

		@Bean(destroyMethod = "")
		HttpConnectors otlpHttpConnectors(ShutdownSequence shutdown) {
			HttpConnectors connectors = new HttpConnectors(PipelineFactory.REAL_TIME.clock());
			shutdown.add(connectors);
			return connectors;
		}

		@Bean(initMethod = "start", destroyMethod = "")
		Pipeline otlpPipeline(OtlpProperties properties, HttpConnectors connectors,
				ObjectProvider<SignalEndpointSource> sources, Environment environment, ShutdownSequence shutdown) {
			List<SignalEndpoint> others = sources.orderedStream()
				.flatMap((source) -> source.endpoints().stream())
				.toList();
			Pipeline pipeline = new PipelineFactory(properties, connectors, environment).create(others);
			shutdown.add(pipeline);
			return pipeline;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(NoEndpointCondition.class)
	@ConditionalOnMissingBean(Pipeline.class)
	static final class Off {

		Off() {
			logger.info("The OTLP pipeline is off, because no endpoint is configured. "
					+ "Set 'otlp.forwarder.endpoint' to the base URL of an OTLP/HTTP server to turn it on, "
					+ "or 'otlp.enabled' to false to silence this line.");
		}

	}

	static final class NoEndpointCondition extends NoneNestedConditions {

		NoEndpointCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@Conditional(OnEndpointCondition.class)
		static final class Endpoint {

		}

	}

}
