package io.github.otlpboot.benchmark.harness;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A process of an experiment: it says one line when it has started, and answers each line
 * that it is told with one line. It ends at the end of its input, so that it never
 * outlives whoever started it. Not thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final PrintWriter commands;

	private final BufferedReader answers;

	private final Path log;

	private final String greeting;

	private boolean killed;

	private ChildJvm(Process process, Path log) throws IOException {
		this.process = process;
		this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.log = log;
		this.greeting = answer();
	}

	/**
	 * Start a process and wait for its first line.
	 * @param main its main class
	 * @param options of its virtual machine
	 * @param arguments its arguments
	 * @return the running process
	 * @throws IOException if it does not start
	 */
	public static ChildJvm start(Class<?> main, List<String> options, List<String> arguments) throws IOException {
		return start(main, System.getProperty("java.class.path"), options, arguments);
	}

	/**
	 * Start a process with another class path and wait for its first line.
	 * @param main its main class
	 * @param classPath its class path
	 * @param options of its virtual machine
	 * @param arguments its arguments
	 * @return the running process
	 * @throws IOException if it does not start
	 */
	public static ChildJvm start(Class<?> main, String classPath, List<String> options, List<String> arguments)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(arguments);
		Path log = Files.createTempFile(main.getSimpleName(), ".log");
		Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
		return new ChildJvm(process, log);
	}

	/**
	 * Return the class path of this process without the directory or jar of a class.
	 * @param type the class
	 * @return a class path
	 */
	public static String classPathWithout(Class<?> type) {
		String location = new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !new File(entry).toString().equals(location))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Return the words of the first line.
	 * @return the words
	 */
	public List<String> greeting() {
		return List.of(this.greeting.split(" "));
	}

	/**
	 * Tell the process to do something, and wait until it has done so.
	 * @param command one line
	 * @return the words of its answer
	 * @throws IOException if the process has ended
	 */
	public List<String> ask(String command) throws IOException {
		this.commands.println(command);
		return List.of(answer().split(" "));
	}

	private String answer() throws IOException {
		String answer = this.answers.readLine();
		if (answer == null) {
			kill();
			throw new IOException("A process has ended; its log is " + this.log + ":\n" + Files.readString(this.log));
		}
		return answer;
	}

	/**
	 * End the process at once.
	 */
	public void kill() {
		this.killed = true;
		this.process.destroyForcibly();
	}

	/**
	 * End its input, and wait until it has ended.
	 */
	@Override
	public void close() throws IOException {
		this.commands.close();
		try {
			if (!this.process.waitFor(2, TimeUnit.MINUTES)) {
				throw new IOException("A process does not end; see " + this.log);
			}
			if (!this.killed && this.process.exitValue() != 0) {
				throw new IOException("A process has failed; see " + this.log);
			}
			Files.deleteIfExists(this.log);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
