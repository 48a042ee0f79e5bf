package io.github.otlpboot.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.exporter.TemporalityCustomizer;
import io.github.otlpboot.pipeline.Pipeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * The pipeline on and off.
 */
final class OtlpPipelineConfigurations {

	private static final Logger logger = LoggerFactory.getLogger(OtlpPipelineConfigurations.class);

	private static final String METER_REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

	/** The registry of Spring Boot that publishes through the pipeline. */
	private static final String OUR_REGISTRY = "OtlpMeterRegistry";

	/** Ours, and those that lead nowhere by themselves. */
	private static final Set<String> NO_OTHER_REGISTRY = Set.of(OUR_REGISTRY, "CompositeMeterRegistry",
			"AutoConfiguredCompositeMeterRegistry", "SimpleMeterRegistry");

	private OtlpPipelineConfigurations() {
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(OnEndpointCondition.class)
	@ConditionalOnMissingBean(Pipeline.class)
	static final class On {

		@Bean(destroyMethod = "")
		HttpConnectors otlpHttpConnectors(ShutdownSequence shutdown) {
			HttpConnectors connectors = new HttpConnectors(PipelineFactory.REAL_TIME.clock());
			shutdown.add(connectors);
			return connectors;
		}

		@Bean(destroyMethod = "")
		GrpcConnectors otlpGrpcConnectors(ShutdownSequence shutdown) {
			GrpcConnectors connectors = new GrpcConnectors();
			shutdown.add(connectors);
			return connectors;
		}

		@Bean
		@ConditionalOnMissingBean
		CircuitBreakerFactory otlpCircuitBreakerFactory(OtlpProperties properties) {
			if (properties.forwarder().circuitBreaker().type() == CircuitBreakerType.RESILIENCE4J) {
				throw new InvalidOtlpPropertyException("otlp.forwarder.circuit-breaker.type", "resilience4j",
						"needs Resilience4j, which is not on the class path",
						"Add the dependency 'io.github.resilience4j:resilience4j-circuitbreaker', "
								+ "or remove the property to use the built-in circuit breaker.");
			}
			return (destination, signal, settings) -> new SingleLockCircuitBreaker(settings,
					PipelineFactory.REAL_TIME.clock(), PipelineFactory.REAL_TIME.nanos());
		}

		@Bean(initMethod = "start", destroyMethod = "")
		Pipeline otlpPipeline(OtlpProperties properties, CircuitBreakerFactory breakers, HttpConnectors connectors,
				GrpcConnectors grpcConnectors, ObjectProvider<SignalEndpointSource> sources, Temporality temporality,
				Environment environment, ShutdownSequence shutdown) {
			List<SignalEndpoint> others = sources.orderedStream()
				.flatMap((source) -> source.endpoints().stream())
				.toList();
			Pipeline pipeline = new PipelineFactory(properties, breakers, connectors, grpcConnectors, environment)
				.create(others, temporality);
			shutdown.add(pipeline);
			return pipeline;
		}

		@Bean
		@ConditionalOnMissingBean
		Temporality otlpTemporality(OtlpProperties properties, Environment environment,
				ObjectProvider<TemporalityCustomizer> customizers) {
			return new TemporalityResolver(properties.exporter().temporality(), environment)
				.resolve(customizers.orderedStream().toList());
		}

		// Not when the pipeline is made, because then it is not known yet which meter
		// registries there are.
		@Bean
		SmartInitializingSingleton otlpStartupReport(Pipeline pipeline, OtlpProperties properties,
				Temporality temporality, Environment environment, ListableBeanFactory beanFactory) {
			return () -> logger.info(new StartupReport(pipeline.status(), properties.storage(),
					environment.getProperty("management.tracing.sampling.probability", "0.1"), temporality,
					otherRegistries(beanFactory))
				.line());
		}

		private static List<String> otherRegistries(ListableBeanFactory beanFactory) {
			if (!ClassUtils.isPresent(METER_REGISTRY, null)) {
				return List.of();
			}
			List<String> names = Arrays
				.stream(beanFactory.getBeanNamesForType(ClassUtils.resolveClassName(METER_REGISTRY, null), true, false))
				.map(beanFactory::getType)
				.filter(Objects::nonNull)
				.map(Class::getSimpleName)
				.toList();
			// Nothing is beside ours where ours is switched off.
			return !names.contains(OUR_REGISTRY) ? List.of()
					: names.stream().filter((name) -> !NO_OTHER_REGISTRY.contains(name)).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Conditional(NoEndpointCondition.class)
	@ConditionalOnMissingBean(Pipeline.class)
	static final class Off {

		Off() {
			logger.info("The OTLP pipeline is off, because no endpoint is configured. "
					+ "Set 'otlp.forwarder.endpoint' to the base URL of an OTLP server to turn it on, "
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
