package io.github.otlpboot.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.awaitility.Awaitility.await;

/**
 * A class with a main method in a JVM of its own, with the class path of the tests. What
 * it prints goes to a file. Not thread-safe.
 */
public final class ApplicationProcess implements AutoCloseable {

	private final Process process;

	private final Path console;

	private ApplicationProcess(Process process, Path console) {
		this.process = process;
		this.console = console;
	}

	/**
	 * Start a process.
	 * @param main the class with the main method, which should end at the end of its
	 * standard input, so that it never outlives whoever started it
	 * @param console the file to which it prints
	 * @param arguments its arguments
	 * @return the process, which may still be starting
	 * @throws IOException if there is no such process
	 */
	public static ApplicationProcess start(Class<?> main, Path console, List<String> arguments) throws IOException {
		return start(List.of(), main, console, List.of(), arguments);
	}

	/**
	 * Start a process under another one.
	 * @param parent the command that starts what follows it, such as {@code strace}
	 * @param main the class with the main method, as above
	 * @param console the file to which it prints
	 * @param arguments its arguments
	 * @return the process, which may still be starting
	 * @throws IOException if there is no such process
	 */
	public static ApplicationProcess start(List<String> parent, Class<?> main, Path console, List<String> arguments)
			throws IOException {
		return start(parent, main, console, List.of(), arguments);
	}

	/**
	 * Start a process with options.
	 * @param main the class with the main method, as above
	 * @param console the file to which it prints
	 * @param options of its virtual machine, such as another class path
	 * @param arguments its arguments
	 * @return the process, which may still be starting
	 * @throws IOException if there is no such process
	 */
	public static ApplicationProcess start(Class<?> main, Path console, List<String> options, List<String> arguments)
			throws IOException {
		return start(List.of(), main, console, options, arguments);
	}

	private static ApplicationProcess start(List<String> parent, Class<?> main, Path console, List<String> options,
			List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(parent);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// Most of its life is the start.
		command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.addAll(options);
		command.add(main.getName());
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(console.toFile())
			.start();
		return new ApplicationProcess(process, console);
	}

	/**
	 * Wait until a text has been printed.
	 * @param text the text
	 * @throws IOException if the process ends without it
	 */
	public void awaitOutput(String text) throws IOException {
		await(text).atMost(Duration.ofMinutes(2)).until(() -> !this.process.isAlive() || output().contains(text));
		if (!output().contains(text)) {
			throw new IOException("The process ended without '" + text + "': " + output());
		}
	}

	/**
	 * Say something to the process.
	 * @param command the line
	 * @throws IOException if it does not listen
	 */
	public void say(String command) throws IOException {
		this.process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/**
	 * Return what was printed so far.
	 * @return the text
	 * @throws IOException if it cannot be read
	 */
	public String output() throws IOException {
		return Files.readString(this.console);
	}

	/**
	 * End its standard input.
	 * @throws IOException if that fails
	 */
	public void endInput() throws IOException {
		this.process.getOutputStream().close();
	}

	/**
	 * Send it SIGTERM, as a container does.
	 */
	public void terminate() {
		if (!this.process.supportsNormalTermination()) {
			throw new IllegalStateException("This system cannot ask a process to end");
		}
		this.process.destroy();
	}

	/**
	 * Wait for its end.
	 * @param timeout how long to wait at most
	 * @return its exit status
	 * @throws InterruptedException if the waiting is interrupted
	 */
	public int awaitExit(Duration timeout) throws InterruptedException {
		if (!this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("The process does not end");
		}
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
