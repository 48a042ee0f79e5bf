package io.github.otlpboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.testing.ApplicationProcess;
import org.jspecify.annotations.Nullable;

import static org.awaitility.Awaitility.await;

/**
 * A {@link CommandedApplication} in a process of its own. Belongs to the thread of the
 * test.
 */
final class CommandedProcess implements AutoCloseable {

	private final ApplicationProcess process;

	private CommandedProcess(ApplicationProcess process) {
		this.process = process;
	}

	/**
	 * Start a process, and wait until it listens.
	 * @param parent the command that starts it, such as {@code strace}; none if empty
	 * @param directory where its output goes
	 * @param arguments its arguments
	 * @return the process
	 * @throws IOException if it does not start
	 */
	static CommandedProcess start(List<String> parent, Path directory, List<String> arguments) throws IOException {
		List<String> all = new ArrayList<>(List.of("--management.tracing.sampling.probability=1.0",
				"--otlp.exporter.metrics.enabled=false", "--otlp.exporter.micrometer.enabled=false",
				"--otlp.exporter.logs.enabled=false", "--logging.pattern.console=@%logger|%level|%msg%n"));
		all.addAll(arguments);
		CommandedProcess started = new CommandedProcess(ApplicationProcess.start(parent, CommandedApplication.class,
				Files.createTempFile(directory, "console", ".txt"), all));
		try {
			started.process.awaitOutput(CommandedApplication.DONE + "pid");
			return started;
		}
		catch (IOException | RuntimeException ex) {
			started.close();
			throw ex;
		}
	}

	/**
	 * Return whether a command can be run here.
	 * @param command the command
	 * @return {@code false} if it is missing or fails
	 * @throws InterruptedException if the waiting is interrupted
	 */
	static boolean succeeds(List<String> command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	ApplicationProcess process() {
		return this.process;
	}

	String output() throws IOException {
		return this.process.output();
	}

	/**
	 * Return the process of the application, which is not that of its parent.
	 * @return its handle
	 * @throws IOException if its output cannot be read
	 */
	ProcessHandle handle() throws IOException {
		String done = CommandedApplication.DONE + "pid ";
		return ProcessHandle.of(Long.parseLong(answers(done).get(0))).orElseThrow();
	}

	/**
	 * Give a command, and wait for the answer.
	 * @param command the command
	 * @return the answer
	 * @throws IOException if the process does not listen
	 */
	String ask(String command) throws IOException {
		return Objects.requireNonNull(ask(command, Duration.ofMinutes(1)), "no answer: " + output());
	}

	/**
	 * Give a command, and wait for the answer as long as that makes sense.
	 * @param command the command
	 * @param timeout how long to wait
	 * @return the answer, {@code null} if there is none by then
	 * @throws IOException if the process does not listen
	 */
	@Nullable String ask(String command, Duration timeout) throws IOException {
		String done = CommandedApplication.DONE + command + " ";
		int before = answers(done).size();
		this.process.say(command);
		long start = System.nanoTime();
		await().pollInterval(Duration.ofMillis(10))
			.atMost(timeout.plusSeconds(30))
			.until(() -> answers(done).size() > before || System.nanoTime() - start > timeout.toNanos());
		List<String> answers = answers(done);
		return (answers.size() > before) ? answers.get(before) : null;
	}

	// Whole lines only.
	private List<String> answers(String done) throws IOException {
		String output = output();
		return output.substring(0, output.lastIndexOf('\n') + 1)
			.lines()
			.filter((line) -> line.startsWith(done))
			.map((line) -> line.substring(done.length()).trim())
			.toList();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
