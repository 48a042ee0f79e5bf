package io.github.otlpboot.benchmark.application;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A small web application. It greets with the milliseconds from the start of its JVM
 * until it was ready, and tells what it uses. It knows nothing of the starter, which may
 * be missing.
 */
public final class WebApplication {

	private WebApplication() {
	}

	@SuppressWarnings("try") // the context is for being closed
	public static void main(String[] args) throws IOException {
		PrintStream answers = System.out;
		// Nothing but answers on the standard output
		System.setOut(System.err);
		try (ConfigurableApplicationContext context = SpringApplication.run(Everything.class, args)) {
			answers.println(System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				answers.println(answer(line));
			}
		}
	}

	private static String answer(String command) {
		return switch (command) {
			case "cpu" -> System.nanoTime() + " " + cpuNanos();
			case "heap" -> String.valueOf(heapAtRest());
			case "threads" -> threads();
			default -> throw new IllegalArgumentException(command);
		};
	}

	private static long cpuNanos() {
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
	}

	private static long heapAtRest() {
		// The second one frees what the first one has queued for cleaners
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	// Each name without its number, and how many there are
	private static String threads() {
		Map<String, Integer> names = new TreeMap<>();
		Thread.getAllStackTraces()
			.keySet()
			.forEach((thread) -> names.merge(thread.getName().replaceAll("[0-9]+", "").replace(' ', '-'), 1,
					Integer::sum));
		return names.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + entry.getValue())
			.collect(Collectors.joining(" "));
	}

	/**
	 * All that is on the class path, and what the application is for.
	 */
	@EnableAutoConfiguration
	@Import(Greeting.class)
	static final class Everything {

	}

	/**
	 * What the application is for.
	 */
	@RestController
	static final class Greeting {

		@GetMapping("/")
		String greet() {
			return "hello";
		}

	}

}
