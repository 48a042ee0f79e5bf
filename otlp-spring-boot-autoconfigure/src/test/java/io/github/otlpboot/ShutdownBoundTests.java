package io.github.otlpboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCollector;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * How long the end of a whole application takes at most, in a process of its own, while
 * neither network nor disk answers.
 */
@Tag("processes")
class ShutdownBoundTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration BOUND = TIMEOUT.plusSeconds(1);

	/** The short form has one of each. */
	private static final boolean ALL = Boolean.getBoolean("shutdown.all");

	/** What the SDK's queue holds and more than the buffer does. */
	private static final int SPANS = 6000;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	@DisplayName("T34: a black-holed collector and full queues hold up nothing, and the next process delivers all")
	void endsInTimeWhenTheCollectorNeverAnswers(Way way) throws Exception {
		assumeTrue(ALL || way == Way.HTTPS, "Run it with -Dshutdown.all=true");
		try (TestCollector collector = way.open(this.directory);
				TcpFaultProxy proxy = TcpFaultProxy.open(collector.url())) {
			try (CommandedProcess application = start(List.of(), way, proxy)) {
				application.ask("make 10");
				await().atMost(Duration.ofSeconds(20)).until(() -> ids(collector).size() == 10);
				// Connections that are there hang as well as new ones.
				proxy.set(TcpFaultProxy.Fault.trickle(Duration.ofMinutes(10)));
				application.ask("make 2000");
				application.ask("burst " + SPANS);
				assertEndsInTime(way, application);
				assertThat(application.output()).contains("0 lost, 0 refused")
					.contains("spans delivered to default, ")
					.doesNotContain("|ERROR|");
			}
			proxy.set(TcpFaultProxy.Fault.NONE);
			try (CommandedProcess next = start(List.of(), way, proxy)) {
				await().atMost(Duration.ofSeconds(30)).until(() -> ids(collector).size() == 2010 + SPANS);
				next.process().endInput();
				assertThat(next.process().awaitExit(Duration.ofSeconds(30))).isZero();
				assertThat(next.output()).contains("spans delivered to default, 0 lost, 0 refused");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "HTTP", "GRPC" })
	@DisplayName("T34: a disk whose sync never returns, and nobody answers either: the same bound, L=0 of what was told")
	void endsInTimeWhenTheDiskNeverAnswers(Way way) throws Exception {
		assumeTrue(ALL || way == Way.GRPC, "Run it with -Dshutdown.all=true");
		List<String> strace = List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e",
				"trace=fdatasync,fsync", "-e",
				// The first ones open the log.
				"inject=fdatasync,fsync:delay_enter=600s:when=120+");
		assumeTrue(CommandedProcess.succeeds(Stream.concat(strace.stream(), Stream.of("true")).toList()),
				"strace cannot delay what a process asks of the disk here");
		try (TestCollector collector = way.open(this.directory);
				TcpFaultProxy proxy = TcpFaultProxy.open(collector.url())) {
			proxy.set(TcpFaultProxy.Fault.trickle(Duration.ofMinutes(10)));
			int told = 0;
			try (CommandedProcess application = start(strace, way, proxy, "--otlp.storage.fsync=always")) {
				// Each is synced, until one is not.
				String answer = application.ask("make 1");
				while ("true".equals(answer)) {
					told++;
					answer = application.ask("make 1", Duration.ofSeconds(5));
				}
				application.process().say("burst 100");
				assertEndsInTime(way, application);
				assertThat(application.output()).contains("The disk does not answer");
			}
			proxy.set(TcpFaultProxy.Fault.NONE);
			int least = told;
			try (CommandedProcess next = start(List.of(), way, proxy)) {
				await().atMost(Duration.ofSeconds(30)).until(() -> ids(collector).size() >= least);
				next.process().endInput();
				assertThat(next.process().awaitExit(Duration.ofSeconds(30))).isZero();
			}
			assertThat(told).isPositive();
		}
	}

	private static void assertEndsInTime(Way way, CommandedProcess application) throws Exception {
		Duration taken = way.end(application);
		System.out.printf("%s: %d ms of %d%n", way, taken.toMillis(), BOUND.toMillis());
		assertThat(taken).as(application.output()).isLessThan(BOUND);
	}

	private static Set<ByteString> ids(TestCollector collector) {
		return collector.spans().stream().map(Span::getSpanId).collect(Collectors.toSet());
	}

	private CommandedProcess start(List<String> parent, Way way, TcpFaultProxy proxy, String... more)
			throws IOException {
		List<String> arguments = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + proxy.url(),
				"--otlp.forwarder.transport=" + way.type, "--otlp.shutdown-timeout=" + TIMEOUT.toSeconds() + "s",
				"--otlp.storage.directory=" + this.directory.resolve("storage"),
				"--management.opentelemetry.tracing.export.max-queue-size=" + 2 * SPANS));
		if (way == Way.HTTPS) {
			arguments.addAll(List.of("--otlp.forwarder.ssl.bundle=collector",
					"--spring.ssl.bundle.pem.collector.truststore.certificate=file:"
							+ this.directory.resolve("trusted.pem")));
		}
		arguments.addAll(List.of(more));
		return CommandedProcess.start(parent, this.directory, arguments);
	}

	/**
	 * How it sends, and how it is told to end.
	 */
	private enum Way {

		HTTP(TransportType.HTTP),

		HTTPS(TransportType.HTTP),

		GRPC(TransportType.GRPC);

		private final TransportType type;

		Way(TransportType type) {
			this.type = type;
		}

		TestCollector open(Path directory) throws Exception {
			if (this != HTTPS) {
				return TestCollector.open(this.type);
			}
			TestAuthority authority = TestAuthority.found();
			Files.writeString(directory.resolve("trusted.pem"), authority.pem());
			return TestCollector.openTls(this.type, authority.issue("127.0.0.1"));
		}

		// Half of them by SIGTERM, half of them by closing the context.
		Duration end(CommandedProcess application) throws Exception {
			if (this == GRPC) {
				return Duration.ofMillis(Long.parseLong(application.ask("close")));
			}
			ProcessHandle java = application.handle();
			long start = System.nanoTime();
			assertThat(java.destroy()).isTrue();
			await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(60)).until(() -> hasEnded(java));
			return Duration.ofNanos(System.nanoTime() - start);
		}

		// As soon as nothing runs in it any more, whoever still waits for the disk.
		private static boolean hasEnded(ProcessHandle java) throws IOException {
			try {
				return Files.readString(Path.of("/proc", String.valueOf(java.pid()), "stat")).contains(") Z ");
			}
			catch (NoSuchFileException ex) {
				return !java.isAlive();
			}
		}

	}

}
