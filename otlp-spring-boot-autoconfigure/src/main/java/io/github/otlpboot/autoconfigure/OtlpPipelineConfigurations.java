package io.github.otlpboot.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.exporter.TemporalityCustomizer;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

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

		@Bean
		@ConditionalOnMissingBean
		Machine otlpMachine() {
			return Machine.real();
		}

		@Bean
		RouteRetrigger otlpRouteRetrigger() {
			return new RouteRetrigger();
		}

		@Bean
		Security otlpSecurity(OtlpProperties properties, RouteRetrigger retrigger,
				ObjectProvider<SslBundles> sslBundles, ObjectProvider<HeadersSupplier> suppliers,
				ListableBeanFactory beanFactory, Machine machine) {
			Credential credential = new CredentialFactory(properties.forwarder().authentication(),
					ApplicationResourceLoader.get(), machine.time())
				.create();
			boolean supplied = beanFactory.getBeanNamesForType(HeadersSupplier.class, true, false).length > 0;
			return new Security(new SslBundleLookup(sslBundles.getIfAvailable(), retrigger), credential,
					supplied ? SingletonSupplier.of(() -> suppliers.orderedStream().toList()) : null,
					machine.time().clock().millis());
		}

		// Nobody asks for it, so that it would never begin in an application that is
		// lazy.
		@Bean(initMethod = "start", destroyMethod = "close")
		@Lazy(false)
		CredentialWatch otlpCredentialWatch(Security security, RouteRetrigger retrigger) {
			return new CredentialWatch(security, retrigger);
		}

		@Bean(destroyMethod = "")
		HttpConnectors otlpHttpConnectors(OtlpProperties properties, Security security, ShutdownSequence shutdown,
				Machine machine) {
			HttpConnectors connectors = new HttpConnectors(machine.time().clock(), security.ssl(),
					HttpProxy.selector(properties.forwarder().proxy()));
			shutdown.add(connectors);
			return connectors;
		}

		@Bean(destroyMethod = "")
		GrpcConnectors otlpGrpcConnectors(Security security, ObjectProvider<LoggingSystem> loggingSystem,
				ShutdownSequence shutdown) {
			GrpcConnectors connectors = new GrpcConnectors(security.ssl(),
					new GrpcFrameLoggers(loggingSystem.getIfAvailable()));
			shutdown.add(connectors);
			return connectors;
		}

		@Bean
		@ConditionalOnMissingBean
		CircuitBreakerFactory otlpCircuitBreakerFactory(OtlpProperties properties, Machine machine) {
			if (properties.forwarder().circuitBreaker().type() == CircuitBreakerType.RESILIENCE4J) {
				throw new InvalidOtlpPropertyException("otlp.forwarder.circuit-breaker.type", "resilience4j",
						"needs Resilience4j, which is not on the class path",
						"Add the dependency 'io.github.resilience4j:resilience4j-circuitbreaker', "
								+ "or remove the property to use the built-in circuit breaker.");
			}
			return (destination, signal, settings) -> new SingleLockCircuitBreaker(settings, machine.time().clock(),
					machine.time().nanos());
		}

		@Bean
		Destination otlpDefaultDestination(OtlpProperties properties, HttpConnectors http, GrpcConnectors grpc,
				Security security, CircuitBreakerFactory breakers) {
			AnswerPolicies answers = AnswerPolicies.of(properties.forwarder().retry());
			return new Destination(Destination.DEFAULT,
					new ForwarderSettingsMapper(properties.forwarder(), properties.storage().enabled()),
					Map.of(TransportType.HTTP, new HttpTransportFactory(http, answers.http(), security),
							TransportType.GRPC, new GrpcTransportFactory(grpc, answers.grpc(), security)),
					security, breakers);
		}

		@Bean(initMethod = "start", destroyMethod = "")
		Pipeline otlpPipeline(OtlpProperties properties, Destination destination,
				ObjectProvider<SignalEndpointSource> sources, Temporality temporality, Environment environment,
				RouteRetrigger retrigger, ShutdownSequence shutdown, Machine machine) {
			List<SignalEndpoint> others = sources.orderedStream()
				.flatMap((source) -> source.endpoints().stream())
				.toList();
			Pipeline pipeline = new PipelineFactory(properties, environment, destination, machine).create(others,
					temporality);
			retrigger.attach(pipeline);
			shutdown.add(pipeline);
			return pipeline;
		}

		@Bean
		PipelineCloseListener otlpPipelineCloseListener(Pipeline pipeline, ApplicationContext context) {
			return new PipelineCloseListener(pipeline, context);
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
			return () -> {
				PipelineStatus status = pipeline.status();
				logger.info(new StartupReport(status, properties.storage(),
						environment.getProperty("management.tracing.sampling.probability", "0.1"), temporality,
						otherRegistries(beanFactory))
					.line());
				String warning = JavaAgent.isPresent() ? JavaAgent
					.warning(status.targets().stream().map(Target::signal).toList(), new StandardEnvironment()) : null;
				if (warning != null) {
					logger.warn(warning);
				}
			};
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

		Off(Environment environment) {
			if (Arrays.stream(Signal.values()).anyMatch((signal) -> OtelVariables.areOutOfReach(environment, signal))) {
				logger.warn("The OTLP pipeline is off, because OTEL_EXPORTER_OTLP_PROTOCOL asks for gRPC, and "
						+ "grpc-java is not on the class path. Add the dependency 'io.grpc:grpc-netty', "
						+ "or set 'otlp.forwarder.endpoint' to the base URL of an OTLP server to use HTTP.");
				return;
			}
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
