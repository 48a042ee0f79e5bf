package io.github.otlpboot.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process of a test, which announces what happens in it. All methods belong to the
 * thread of the test; the announcements come on another one.
 */
final class ChildProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	/** The last announcement of each kind. */
	private final ConcurrentHashMap<String, List<String>> announced = new ConcurrentHashMap<>();

	private final Thread reader;

	private ChildProcess(Process process, Path log, Consumer<List<String>> listener) {
		this.process = process;
		this.log = log;
		this.reader = new Thread(() -> read(listener), "announcements");
	}

	/**
	 * Start a process.
	 * @param main its main class
	 * @param options of its virtual machine
	 * @param arguments its arguments
	 * @param log the file for all that it logs
	 * @param listener is told of each announcement, which is a list of words
	 * @return the process, which may still be starting
	 * @throws IOException if it cannot be started
	 */
	static ChildProcess start(Class<?> main, List<String> options, List<String> arguments, Path log,
			Consumer<List<String>> listener) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
			.start();
		ChildProcess child = new ChildProcess(process, log, listener);
		child.reader.setDaemon(true);
		child.reader.start();
		return child;
	}

	private void read(Consumer<List<String>> listener) {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				List<String> words = List.of(line.split(" "));
				if (words.get(words.size() - 1).equals(Announcer.END)) {
					List<String> whole = words.subList(0, words.size() - 1);
					listener.accept(whole);
					this.announced.put(whole.get(0), whole.subList(1, whole.size()));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return what was announced last.
	 * @param what the kind
	 * @return the words after the first one, {@code null} if there was none
	 */
	List<String> announced(String what) {
		return this.announced.get(what);
	}

	/**
	 * Wait for an announcement.
	 * @param what the kind
	 * @return the words after the first one
	 */
	List<String> await(String what) {
		awaitOrEnd(what, Duration.ofMinutes(2));
		assertThat(announced(what)).as("'%s' in %s", what, this.log).isNotNull();
		return announced(what);
	}

	/**
	 * Wait for an announcement or the end of the process.
	 * @param what the kind
	 * @param timeout how long to wait at most
	 */
	void awaitOrEnd(String what, Duration timeout) {
		long start = System.nanoTime();
		Awaitility.await(what)
			.pollInterval(Duration.ofMillis(1))
			.atMost(timeout.plusMinutes(1))
			.until(() -> announced(what) != null || !this.reader.isAlive()
					|| System.nanoTime() - start > timeout.toNanos());
	}

	/**
	 * Forget what was announced, to wait for it again.
	 * @param what the kind
	 */
	void forget(String what) {
		this.announced.remove(what);
	}

	/**
	 * Return the number by which the system knows the process.
	 * @return the number
	 */
	long pid() {
		return this.process.pid();
	}

	/**
	 * Say something to the process.
	 * @param command the line
	 * @throws IOException if it does not listen
	 */
	void say(String command) throws IOException {
		this.process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/**
	 * Send a signal.
	 * @param signal its name, such as {@code STOP}
	 * @throws IOException if that is not possible
	 * @throws InterruptedException if the waiting is interrupted
	 */
	void signal(String signal) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(this.process.pid())).start();
		assertThat(kill.waitFor()).isZero();
	}

	/**
	 * Send {@code SIGKILL}, and read what it had announced by then.
	 * @throws InterruptedException if the waiting is interrupted
	 */
	void kill() throws InterruptedException {
		// Unlike the process, its handle does not throw away what is still in the pipe.
		this.process.toHandle().destroyForcibly();
		awaitEnd();
	}

	/**
	 * End its input, and wait until it has ended.
	 * @throws IOException if it does not listen
	 * @throws InterruptedException if the waiting is interrupted
	 */
	void end() throws IOException, InterruptedException {
		this.process.getOutputStream().close();
		awaitEnd();
		assertThat(this.process.exitValue()).as("exit status; see %s", this.log).isZero();
	}

	private void awaitEnd() throws InterruptedException {
		assertThat(this.process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		this.reader.join(TimeUnit.MINUTES.toMillis(1));
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
