package io.github.otlpboot;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with the starter that does what it is told on its standard input, and
 * answers each command with a line. It closes at the end of its input.
 */
public final class CommandedApplication {

	/** The answer to everything, followed by the command. */
	static final String DONE = "@done ";

	private final ConfigurableApplicationContext context;

	private final List<FileInputStream> open = new ArrayList<>();

	private CommandedApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	public static void main(String[] args) throws IOException {
		SpringApplication application = new SpringApplication(CommandedApplication.Telemetry.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		CommandedApplication commanded = new CommandedApplication(application.run(args));
		// Whatever prints and exhausts has been loaded before there are no descriptors.
		System.out.println(commanded.ledger());
		System.out.println(DONE + "pid " + ProcessHandle.current().pid());
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String command = commands.readLine(); command != null; command = commands.readLine()) {
			System.out.println(DONE + command + " " + commanded.obey(command.split(" ")));
		}
		commanded.context.close();
	}

	private String obey(String[] words) throws IOException {
		return switch (words[0]) {
			case "make" -> make(Integer.parseInt(words[1]), true);
			case "burst" -> make(Integer.parseInt(words[1]), false);
			case "exhaust" -> exhaust();
			case "release" -> release();
			case "ledger" -> ledger();
			case "close" -> close();
			default -> throw new IllegalArgumentException(words[0]);
		};
	}

	private String make(int spans, boolean flushing) {
		Tracer tracer = this.context.getBean(Tracer.class);
		for (int i = 0; i < spans; i++) {
			tracer.spanBuilder("work").startSpan().end();
		}
		return flushing ? String.valueOf(
				this.context.getBean(SdkTracerProvider.class).forceFlush().join(20, TimeUnit.SECONDS).isSuccess()) : "";
	}

	private String exhaust() {
		try {
			while (true) {
				this.open.add(new FileInputStream("/dev/null"));
			}
		}
		catch (IOException ex) {
			return ex.getMessage();
		}
	}

	private String release() throws IOException {
		for (FileInputStream stream : this.open) {
			stream.close();
		}
		this.open.clear();
		return "";
	}

	private String ledger() {
		Pipeline pipeline = this.context.getBean(Pipeline.class);
		SignalLedger ledger = pipeline.ledgers().get(0);
		SignalLedger.RouteLedger route = ledger.routes().get(0);
		StorageStatus storage = pipeline.storage();
		return "offered=" + ledger.offered() + " accepted=" + ledger.accepted() + " refused=" + ledger.refusedItems()
				+ " delivered=" + route.delivered() + " pending=" + route.pending().items() + " lost="
				+ route.lostItems() + " slot=" + ((storage != null) ? storage.slot() : null) + " reason="
				+ ((storage != null) ? storage.reason() : null);
	}

	private String close() {
		long start = System.nanoTime();
		this.context.close();
		return String.valueOf(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
	}

	/**
	 * The application itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Telemetry {

	}

}
