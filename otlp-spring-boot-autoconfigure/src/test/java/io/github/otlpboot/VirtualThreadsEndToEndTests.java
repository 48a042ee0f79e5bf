package io.github.otlpboot;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads, which carry requests and everything that Spring schedules.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsEndToEndTests {

	private static final int REQUESTS = 200;

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	@DisplayName("every request on a virtual thread of its own: a span and a line for each, nothing lost")
	void requestsOnVirtualThreads() throws Exception {
		this.context = HelloApplication.start(WebApplicationType.SERVLET, this.server,
				"spring.threads.virtual.enabled=true");
		HttpClient client = HttpClient.newHttpClient();
		URI hello = URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + "/hello");
		List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			answers.add(client.sendAsync(HttpRequest.newBuilder(hello).build(), BodyHandlers.ofString()));
		}
		for (CompletableFuture<HttpResponse<String>> answer : answers) {
			assertThat(answer.get(30, TimeUnit.SECONDS).body()).startsWith("VirtualThread[");
		}
		Pipeline pipeline = this.context.getBean(Pipeline.class);
		this.context.close();
		assertThat(this.server.spans()).filteredOn((span) -> span.getName().equals("http get /hello"))
			.hasSize(REQUESTS);
		assertThat(this.server.logRecords())
			.filteredOn((record) -> record.getBody().getStringValue().startsWith("hello from VirtualThread["))
			.hasSize(REQUESTS);
		for (SignalLedger ledger : pipeline.ledgers()) {
			assertThat(ledger.isBalanced()).isTrue();
			assertThat(ledger.refusedItems()).isZero();
			assertThat(ledger.routes().get(0).delivered()).isEqualTo(ledger.offered());
		}
	}

}
