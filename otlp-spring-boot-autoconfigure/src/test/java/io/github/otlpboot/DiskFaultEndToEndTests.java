package io.github.otlpboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Real faults of a real disk that meet a whole application in a process of its own. What
 * cannot be brought about on the machine is skipped, and says so.
 */
@Tag("processes")
class DiskFaultEndToEndTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final String NO_REASON = "null";

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	private Path mounted;

	@AfterEach
	void tearDown() throws Exception {
		this.server.close();
		if (this.mounted != null) {
			CommandedProcess.succeeds(List.of("umount", "-l", this.mounted.toString()));
		}
	}

	@Test
	@DisplayName("T11, T12: a volume without space while nobody listens: counted, and over by itself")
	void aFullVolume() throws Exception {
		mount("size=1m");
		try (CommandedProcess application = start(List.of(), "--otlp.storage.directory=" + this.mounted,
				"--otlp.storage.when-full=reject", "--otlp.storage.min-free-space=0B", "--otlp.storage.max-size=64MB",
				"--otlp.storage.segment-size=64KB", "--otlp.buffer.max-items=2000")) {
			assertThat(application.ask("make 50")).isEqualTo("true");
			await().atMost(LONG).until(() -> this.server.spanIds().size() == 50);
			this.server.stop();
			for (int i = 0; i < 15; i++) {
				application.ask("make 1000");
			}
			Map<String, String> full = ledger(application);
			assertThat(number(full, "accepted") + number(full, "refused")).isEqualTo(15_050);
			assertThat(number(full, "refused") + number(full, "lost")).as("%s", full).isPositive();
			this.server.start();
			await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
			await().atMost(LONG).until(() -> ledger(application).get("reason").equals(NO_REASON));
			// Once more, on disk.
			assertThat(application.ask("make 100")).isEqualTo("true");
			await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
			Map<String, String> end = ledger(application);
			assertThat(number(end, "accepted")).isEqualTo(number(full, "accepted") + 100);
			assertThat(this.server.spanIds()).hasSize((int) (number(end, "accepted") - number(end, "lost")));
			close(application);
		}
	}

	@Test
	@DisplayName("T11: a volume whose every file our own segments have taken: delivered ones go, and it is on disk again")
	void noInodes() throws Exception {
		// Of which the directories, the cursors and what they are saved with take 17.
		mount("size=16m,nr_inodes=22");
		try (CommandedProcess application = start(List.of(), "--otlp.storage.directory=" + this.mounted,
				"--otlp.storage.min-free-space=0B", "--otlp.storage.segment-size=64KB")) {
			this.server.stop();
			await().atMost(LONG).until(() -> {
				application.ask("make 200");
				return ledger(application).get("reason").contains("No space left on device");
			});
			Map<String, String> full = ledger(application);
			assertThat(full).containsEntry("refused", "0").containsEntry("lost", "0");
			this.server.start();
			await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
			this.server.stop();
			assertAllArrives(application);
		}
	}

	@Test
	@DisplayName("T14: a directory that becomes read-only at run time costs durability and nothing else, until it is not")
	void readOnlyAtRunTime() throws Exception {
		Path storage = this.directory.resolve("storage");
		try (CommandedProcess application = start(List.of(), "--otlp.storage.directory=" + storage,
				"--otlp.storage.segment-size=64KB")) {
			assertThat(application.ask("make 50")).isEqualTo("true");
			await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
			this.server.stop();
			assertThat(application.ask("make 50")).isEqualTo("true");
			assumeTrue(CommandedProcess.succeeds(List.of("chattr", "-R", "+i", storage.toString())),
					"Files cannot be made immutable here");
			try {
				// The open segment is refused as well as a new one.
				await().atMost(LONG).until(() -> {
					application.ask("make 100");
					return !ledger(application).get("reason").equals(NO_REASON);
				});
			}
			finally {
				CommandedProcess.succeeds(List.of("chattr", "-R", "-i", storage.toString()));
			}
			assertAllArrives(application);
		}
	}

	@Test
	@DisplayName("T15: no descriptors are left: what comes stays in memory, and all of it is stored and delivered")
	void noDescriptors() throws Exception {
		List<String> limited = List.of("prlimit", "--nofile=500:500");
		assumeTrue(CommandedProcess.succeeds(with(limited)), "Descriptors cannot be limited here");
		try (CommandedProcess application = start(limited,
				"--otlp.storage.directory=" + this.directory.resolve("storage"), "--otlp.storage.segment-size=64KB")) {
			assertThat(application.ask("make 50")).isEqualTo("true");
			await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
			this.server.stop();
			// More than goes into the segment that is open. A connection that has ended
			// gives back its descriptor a little later.
			await().atMost(LONG).until(() -> {
				assertThat(application.ask("exhaust")).contains("Too many open files");
				assertThat(application.ask("make 500")).isEqualTo("true");
				return !ledger(application).get("reason").equals(NO_REASON);
			});
			application.ask("release");
			assertAllArrives(application);
		}
	}

	@Test
	@DisplayName("T13: fsync fails for a while: told, kept, and on disk again, and nothing is lost")
	void syncFails() throws Exception {
		List<String> strace = List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e",
				"trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=40..60");
		assumeTrue(CommandedProcess.succeeds(with(strace)), "strace cannot make calls of a process fail here");
		try (CommandedProcess application = start(strace,
				"--otlp.storage.directory=" + this.directory.resolve("storage"), "--otlp.storage.fsync=always")) {
			this.server.stop();
			await().atMost(LONG).until(() -> {
				assertThat(application.ask("make 10")).isEqualTo("true");
				return !ledger(application).get("reason").equals(NO_REASON);
			});
			assertAllArrives(application);
		}
	}

	private void assertAllArrives(CommandedProcess application) throws Exception {
		await().atMost(LONG).until(() -> {
			application.ask("make 1");
			return ledger(application).get("reason").equals(NO_REASON);
		});
		Map<String, String> waiting = ledger(application);
		assertThat(waiting).containsEntry("refused", "0").containsEntry("lost", "0");
		assertThat(waiting).containsEntry("accepted", waiting.get("offered"));
		this.server.start();
		await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
		assertThat(application.ask("make 100")).isEqualTo("true");
		await().atMost(LONG).until(() -> number(ledger(application), "pending") == 0);
		assertThat(this.server.spanIds()).hasSize((int) number(waiting, "accepted") + 100);
		close(application);
	}

	private static void close(CommandedProcess application) throws Exception {
		application.process().endInput();
		application.handle().onExit().orTimeout(60, TimeUnit.SECONDS).join();
	}

	private void mount(String options) throws Exception {
		Path volume = Files.createDirectory(this.directory.resolve("volume"));
		assumeTrue(
				CommandedProcess.succeeds(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", volume.toString())),
				"A tmpfs cannot be mounted here");
		this.mounted = volume;
	}

	private static List<String> with(List<String> parent) {
		return Stream.concat(parent.stream(), Stream.of("true")).toList();
	}

	private static Map<String, String> ledger(CommandedProcess application) throws IOException {
		Map<String, String> ledger = new HashMap<>();
		String answer = application.ask("ledger");
		// The reason has spaces, and is the last.
		int reason = answer.indexOf("reason=");
		for (String word : answer.substring(0, reason).trim().split(" ")) {
			ledger.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
		}
		ledger.put("reason", answer.substring(reason + "reason=".length()));
		return ledger;
	}

	private static long number(Map<String, String> ledger, String name) {
		return Long.parseLong(ledger.get(name));
	}

	private CommandedProcess start(List<String> parent, String... arguments) throws IOException {
		List<String> all = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--otlp.forwarder.retry.initial-interval=50ms", "--otlp.forwarder.retry.max-interval=200ms",
				"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=200ms",
				"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=500ms"));
		all.addAll(List.of(arguments));
		return CommandedProcess.start(parent, this.directory, all);
	}

}
