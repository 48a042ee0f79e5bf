package io.github.otlpboot.sample.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.sample.RecordingSpanExporter;
import io.github.otlpboot.sample.SampleApplication;
import io.github.otlpboot.sample.collector.CollectorStatus;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.load.LoadGenerator;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class CollectorInitializerTests {

	@Test
	void whatBeansSendWhileTheyAreDestroyedArrivesAndIsInTheLastLine(CapturedOutput output) {
		ConfigurableApplicationContext context = application(LastWords.class).web(WebApplicationType.NONE)
			.run("--sample.collector.port=0");
		EmbeddedCollector collector = context.getBean(EmbeddedCollector.class);
		assertThat(collector.status().running()).isTrue();
		context.close();
		assertThat(collector.status().distinctSpans()).isEqualTo(1);
		assertThat(collector.status().running()).isFalse();
		assertThat(output).contains("At the end: collector running (ok): received 1 item in 1 request: 1 span");
	}

	@Test
	@DisplayName("Closing under load loses nothing that was exported")
	void whenClosedUnderLoadEverySpanHasArrived(CapturedOutput output) {
		ConfigurableApplicationContext context = application(SampleApplication.class, Recording.class)
			.run("--server.port=0", "--sample.collector.port=0", "--sample.load.requests-per-second=200");
		EmbeddedCollector collector = context.getBean(EmbeddedCollector.class);
		RecordingSpanExporter exporter = context.getBean(RecordingSpanExporter.class);
		LoadGenerator load = context.getBean(LoadGenerator.class);
		Pipeline pipeline = context.getBean(Pipeline.class);
		await().until(() -> load.answered() > 100);
		// The first one may take longer than the customer has patience
		long failed = load.failed();
		context.close();
		CollectorStatus status = collector.status();
		assertThat(load.failed()).as("requests that failed because of the end").isEqualTo(failed);
		assertThat(status.distinctSpans()).isEqualTo(exporter.spans().size()).isGreaterThan(load.answered());
		assertThat(status.duplicateSpans()).isZero();
		// All four kinds: data points come from two sources.
		assertThat(status.sdkDataPoints()).isPositive();
		assertThat(status.signals().get("metrics").items()).isGreaterThan(status.sdkDataPoints());
		assertThat(status.signals().get("logs").items()).isPositive();
		// Data points and log records have no ids; the collector's count is the ledger's.
		for (SignalLedger ledger : pipeline.ledgers()) {
			assertThat(ledger.refusedItems()).as(ledger.signal().id()).isZero();
			assertThat(status.signals().get(ledger.signal().id()).items()).as(ledger.signal().id())
				.isEqualTo(ledger.accepted())
				.isEqualTo(ledger.routes().get(0).delivered());
		}
		assertThat(output).contains("At the end: ").contains(": " + status.distinctSpans() + " spans, ");
	}

	@Test
	void whenPortIsTakenStartUpEndsWithTheRemedy() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			SpringApplication application = application(LastWords.class).web(WebApplicationType.NONE).build();
			String port = "--sample.collector.port=" + other.getLocalPort();
			assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> application.run(port))
				.satisfies((ex) -> {
					assertThat(ex.analysis().getDescription())
						.startsWith("The embedded collector cannot listen on port " + other.getLocalPort());
					assertThat(ex.analysis().getAction()).contains("sample.collector.port");
				});
		}
	}

	private static SpringApplicationBuilder application(Class<?>... sources) {
		return new SpringApplicationBuilder(sources).initializers(new CollectorInitializer());
	}

	@Configuration(proxyBeanMethods = false)
	static class Recording {

		@Bean
		RecordingSpanExporter recordingSpanExporter() {
			return new RecordingSpanExporter();
		}

	}

	/**
	 * Stands for a pipeline: delivers while it is destroyed, and depends on nothing.
	 */
	@Configuration(proxyBeanMethods = false)
	static class LastWords {

		@Bean(destroyMethod = "send")
		Sender sender(Environment environment) {
			return new Sender(environment.getRequiredProperty("sample.collector.port", Integer.class));
		}

	}

	record Sender(int port) {

		void send() throws Exception {
			byte[] body = ExportTraceServiceRequest.newBuilder()
				.addResourceSpans(ResourceSpans.newBuilder()
					.addScopeSpans(ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName("last"))))
				.build()
				.toByteArray();
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/v1/traces"))
				.header("Content-Type", "application/x-protobuf")
				.POST(BodyPublishers.ofByteArray(body))
				.build();
			HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
		}

	}

}
