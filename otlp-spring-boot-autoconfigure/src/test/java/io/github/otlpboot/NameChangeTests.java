package io.github.otlpboot;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TestCollector;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A name that leads nowhere, and then here, and then there, as seen by a whole
 * application. The JDK keeps an answer for 30 seconds, and for 10 that there is none;
 * here for one, unless {@code -Dname.defaults} is set.
 */
@Tag("processes")
class NameChangeTests {

	private static final boolean DEFAULTS = Boolean.getBoolean("name.defaults");

	private static final Duration PATIENCE = Duration.ofSeconds(DEFAULTS ? 120 : 60);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("try") // a proxy is there for being found
	@DisplayName("T33: a name that is unknown costs nothing; when it leads elsewhere, new connections are made there")
	void nameIsResolvedAgain(TransportType type) throws Exception {
		Path hosts = this.directory.resolve("hosts");
		resolve(hosts, "elsewhere.example", "127.0.0.1");
		List<String> options = new ArrayList<>(List.of("-Djdk.net.hosts.file=" + hosts));
		if (!DEFAULTS) {
			options.addAll(List.of("-Dsun.net.inetaddr.ttl=1", "-Dsun.net.inetaddr.negative.ttl=1"));
		}
		try (TestCollector first = TestCollector.open(type);
				TestCollector second = TestCollector.open(type);
				TcpFaultProxy here = TcpFaultProxy.open(first.url());
				TcpFaultProxy there = TcpFaultProxy.open(second.url(), InetAddress.getByName("127.0.0.2"),
						here.url().getPort());
				ApplicationProcess application = ApplicationProcess.start(NameChangeApplication.class,
						this.directory.resolve("console.txt"), options,
						List.of("--spring.main.web-application-type=none",
								"--management.tracing.sampling.probability=1",
								"--otlp.forwarder.endpoint=http://collector.example:" + here.url().getPort(),
								"--otlp.forwarder.transport=" + type, "--otlp.forwarder.retry.initial-interval=100ms",
								"--otlp.forwarder.retry.max-interval=500ms",
								"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=200ms",
								"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=500ms",
								"--otlp.storage.directory=" + this.directory.resolve("storage")))) {
			application.awaitOutput(NameChangeApplication.READY);
			application.say("unknown");
			application.awaitOutput("The host name could not be resolved");
			resolve(hosts, "collector.example", "127.0.0.1");
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(names(first)).containsExactly("unknown"));
			resolve(hosts, "collector.example", "127.0.0.2");
			List<String> said = new ArrayList<>(List.of("unknown"));
			if (type == TransportType.GRPC) {
				// A connection that lives is kept, wherever the name leads; the client of
				// HTTP looks for one to the address of the moment
				say(application, said);
				await().atMost(PATIENCE).untilAsserted(() -> assertThat(names(first)).hasSize(2));
				here.down();
			}
			await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
				say(application, said);
				return !names(second).isEmpty();
			});
			await().atMost(PATIENCE).untilAsserted(() -> {
				// What has come before its connection was cut, and its answer has not,
				// comes once more
				Set<String> arrived = new HashSet<>(names(first));
				arrived.addAll(names(second));
				assertThat(arrived).containsExactlyInAnyOrderElementsOf(said);
				assertThat(names(first)).doesNotHaveDuplicates();
				assertThat(names(second)).doesNotHaveDuplicates();
			});
		}
	}

	private static void say(ApplicationProcess application, List<String> said) throws IOException {
		String name = "span-" + said.size();
		application.say(name);
		said.add(name);
	}

	private static List<String> names(TestCollector collector) {
		return collector.spans().stream().map(Span::getName).toList();
	}

	/**
	 * Let one name lead to one address, at once: the file is read at each look-up.
	 */
	private static void resolve(Path hosts, String name, String address) throws IOException {
		Path next = Files.writeString(hosts.resolveSibling("hosts.next"), address + " " + name + "\n");
		Files.move(next, hosts, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
	}

}
