package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.github.otlpboot.benchmark.harness.ChildJvm;

/**
 * A sink in a process of its own, and a directory for what applications store. Not
 * thread-safe.
 */
final class Workspace implements AutoCloseable {

	private final ChildJvm sink;

	private final Path directory;

	private int storages;

	private Workspace(ChildJvm sink, Path directory) {
		this.sink = sink;
		this.directory = directory;
	}

	static Workspace open() throws IOException {
		Path directory = Files.createTempDirectory("otlp-benchmark");
		return new Workspace(ChildJvm.start(Sink.class, List.of("-Xmx2g"), List.of()), directory);
	}

	String url() {
		return "http://127.0.0.1:" + this.sink.greeting().get(0);
	}

	/**
	 * Return a directory that does not exist yet.
	 * @return the directory
	 */
	Path newStorage() {
		return this.directory.resolve("storage-" + this.storages++);
	}

	List<String> ask(String command) throws IOException {
		return this.sink.ask(command);
	}

	long askNumber(String command) throws IOException {
		return Long.parseLong(ask(command).get(0));
	}

	/**
	 * Delete all that has been stored.
	 */
	void deleteStorages() throws IOException {
		try (Stream<Path> paths = Files.walk(this.directory)) {
			for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
				if (!path.equals(this.directory)) {
					Files.deleteIfExists(path);
				}
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.sink.close();
		deleteStorages();
		Files.delete(this.directory);
	}

}
