package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A storage directory that several {@link CrashingApplication processes} of a test use,
 * and what the test waits for. Each process has a generation, which its items are named
 * after.
 */
final class SharedStorage {

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final Path directory;

	private final CrashOracle oracle;

	/**
	 * Create a directory for processes.
	 * @param directory where it goes, beside what the processes log
	 * @param oracle is told what they acknowledge
	 */
	SharedStorage(Path directory, CrashOracle oracle) {
		this.directory = directory;
		this.oracle = oracle;
	}

	/**
	 * Start a process and wait until it has a slot.
	 * @param application whose slots it shares
	 * @param generation tells it from other processes
	 * @param collector takes what it delivers
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	ChildProcess start(String application, int generation, UnreliableCollector collector) throws IOException {
		ChildSettings settings = new ChildSettings(this.directory.resolve("storage"), collector.url(), application,
				generation, 0, FsyncPolicy.INTERVAL);
		ChildProcess child = ChildProcess.start(CrashingApplication.class, OPTIONS, settings.arguments(),
				this.directory.resolve("children.log"), this.oracle::announced);
		child.await(CrashingApplication.OPEN);
		return child;
	}

	/**
	 * Return the slot that a process took first.
	 * @param child the process
	 * @return the directory of the slot
	 */
	Path slot(ChildProcess child) {
		return this.directory.resolve("storage").resolve(child.await(CrashingApplication.OPEN).get(1));
	}

	void awaitAcknowledged(int... generations) {
		for (int generation : generations) {
			await("process " + generation).atMost(PATIENCE)
				.until(() -> this.oracle.acknowledged(generation).values().stream().noneMatch(Set::isEmpty));
		}
	}

	/**
	 * Wait until a process has acknowledged more of every signal.
	 * @param generation the process
	 * @param before what it had acknowledged
	 */
	void awaitMore(int generation, Map<Signal, Set<String>> before) {
		await("something new").atMost(PATIENCE)
			.until(() -> this.oracle.acknowledged(generation)
				.entrySet()
				.stream()
				.allMatch((now) -> now.getValue().size() > before.get(now.getKey()).size()));
	}

	void awaitArrived(int... generations) {
		for (int generation : generations) {
			awaitArrived(this.oracle.acknowledged(generation));
		}
	}

	void awaitArrived(Map<Signal, Set<String>> acknowledged) {
		await().atMost(PATIENCE).untilAsserted(() -> {
			Map<Signal, Set<String>> missing = this.oracle.missing();
			acknowledged.forEach((signal, ids) -> assertThat(missing.get(signal)).doesNotContainAnyElementsOf(ids));
		});
	}

	/**
	 * End a process that has nothing left to do.
	 * @param child the process
	 * @throws Exception if it does not end
	 */
	static void end(ChildProcess child) throws Exception {
		child.end();
		assertThat(child.announced(CrashingApplication.ENDED).subList(3, 9)).as("lost and pending").containsOnly("0");
	}

}
