package io.github.otlpboot.sample.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application that is compared. It does what it reads from its standard input, such
 * as {@code FLAT_OUT 50000}, answers each line with the milliseconds that took, and
 * closes at the end of the input, so that it never outlives whoever started it.
 * <p>
 * No {@code @Configuration}: the sample application's scan would find it.
 */
@EnableAutoConfiguration
public final class TracedApplication {

	static final String READY = "ready";

	public static void main(String[] args) throws IOException {
		PrintStream answers = System.out;
		// Nothing but answers on the standard output
		System.setOut(System.err);
		try (ConfigurableApplicationContext context = SpringApplication.run(TracedApplication.class, args)) {
			answers.println(READY);
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				String[] command = line.split(" ", 2);
				long start = System.nanoTime();
				Workload.valueOf(command[0]).make(context, Integer.parseInt(command[1]));
				answers.println(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
			}
		}
	}

}
