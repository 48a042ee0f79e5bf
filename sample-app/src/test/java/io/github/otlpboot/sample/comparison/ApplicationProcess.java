package io.github.otlpboot.sample.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@link TracedApplication} in a JVM of its own. Not thread-safe.
 */
final class ApplicationProcess implements AutoCloseable {

	private final Process process;

	private final PrintWriter commands;

	private final BufferedReader answers;

	private final Path log;

	private ApplicationProcess(Process process, Path log) {
		this.process = process;
		this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.log = log;
	}

	/**
	 * Start an application and wait until it is ready.
	 * @param arguments its Spring properties
	 * @param log where its log goes
	 * @return the running application
	 * @throws IOException if it does not start
	 */
	static ApplicationProcess start(List<String> arguments, Path log) throws IOException {
		Files.createDirectories(log.toAbsolutePath().getParent());
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// The same everywhere, whatever memory the machine has
		command.add("-Xmx512m");
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(TracedApplication.class.getName());
		command.add("--spring.config.name=comparison");
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
		ApplicationProcess application = new ApplicationProcess(process, log);
		String answer = application.answers.readLine();
		if (!TracedApplication.READY.equals(answer)) {
			application.close();
			throw new IOException("The application did not start; see " + log);
		}
		return application;
	}

	/**
	 * Make spans.
	 * @param workload how
	 * @param spans how many
	 * @return the milliseconds that took
	 * @throws IOException if the application has ended
	 */
	long make(Workload workload, int spans) throws IOException {
		this.commands.println(workload + " " + spans);
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IOException("The application has ended; see " + this.log);
		}
		return Long.parseLong(answer);
	}

	/**
	 * Send {@code SIGKILL}, and wait for the end.
	 * @throws IOException if it does not end
	 */
	void kill() throws IOException {
		this.process.destroyForcibly();
		awaitEnd();
	}

	/**
	 * Close the application as usual, and wait until it has ended.
	 */
	@Override
	public void close() throws IOException {
		this.commands.close();
		awaitEnd();
	}

	private void awaitEnd() throws IOException {
		try {
			if (!this.process.waitFor(2, TimeUnit.MINUTES)) {
				throw new IOException("The application does not end; see " + this.log);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
