package io.github.otlpboot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.otlpboot.autoconfigure.logs.LogbackProbe;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several applications in one JVM and one storage directory, as the contexts that
 * Spring's test framework keeps.
 */
class SeveralContextsEndToEndTests {

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@AfterEach
	void tearDown() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
		this.server.close();
	}

	@Test
	void eachHasASlotAndClosesWithoutHurtingTheOthers() {
		for (int i = 0; i < 3; i++) {
			start();
		}
		assertThat(this.contexts).extracting(SeveralContextsEndToEndTests::slot)
			.containsExactlyInAnyOrder("slot-0", "slot-1", "slot-2");
		this.contexts.forEach(SeveralContextsEndToEndTests::makeSpan);
		await().until(() -> this.server.spans().size() == 3);
		String freed = slot(this.contexts.get(1));
		this.contexts.remove(1).close();
		this.contexts.forEach(SeveralContextsEndToEndTests::makeSpan);
		await().until(() -> this.server.spans().size() == 5);
		assertThat(slot(start())).isEqualTo(freed);
		this.contexts.forEach(ConfigurableApplicationContext::close);
		assertThat(this.server.spans()).extracting(Span::getName).hasSize(5).containsOnly("work");
		assertThat(threads()).isEmpty();
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	@Test
	void linesOfLogGoToTheContextThatStartedLastAsLongAsItIsThere() {
		start();
		ConfigurableApplicationContext last = start();
		Pipeline first = this.contexts.get(0).getBean(Pipeline.class);
		LoggerFactory.getLogger(getClass()).info("with two");
		last.close();
		assertThat(bodies()).containsOnlyOnce("with two");
		LoggerFactory.getLogger(getClass()).info("with one");
		this.contexts.get(0).close();
		assertThat(bodies()).containsOnlyOnce("with one");
		assertThat(first.ledgers()).allMatch((ledger) -> ledger.isBalanced());
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	@Test
	void linesOfLogFlowOnWhenAChildIsClosed() {
		ConfigurableApplicationContext parent = start();
		new SpringApplicationBuilder(Child.class).parent(parent).web(WebApplicationType.NONE).run().close();
		LoggerFactory.getLogger(getClass()).info("after the child");
		parent.close();
		assertThat(bodies()).containsOnlyOnce("after the child");
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	private List<String> bodies() {
		return this.server.logRecords().stream().map((record) -> record.getBody().getStringValue()).toList();
	}

	private ConfigurableApplicationContext start() {
		ConfigurableApplicationContext context = HelloApplication.start(WebApplicationType.NONE, this.server,
				"otlp.storage.directory=" + this.directory);
		this.contexts.add(context);
		return context;
	}

	private static String slot(ConfigurableApplicationContext context) {
		return Objects.requireNonNull(Objects.requireNonNull(context.getBean(Pipeline.class).storage()).slot());
	}

	private static void makeSpan(ConfigurableApplicationContext context) {
		context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.equals("otlp-storage") || name.equals("otlp-forwarder"))
			.toList();
	}

	/**
	 * A part of an application, with a context of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Child {

	}

}
