package io.github.otlpboot.tool;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.SlotView;

/**
 * Looks into a storage directory ({@code otlp.storage.directory}) from outside the
 * application: <pre>
 * list   &lt;directory&gt;                    what is stored, and how far it has been delivered
 * verify &lt;directory&gt;                    reads every record, and says what is damaged or missing
 * dump   &lt;directory&gt; --signal &lt;signal&gt;  writes the records as OTLP JSON, a request a line
 *
 * --signal traces|metrics|logs          only this signal
 * --slot slot-0                         only this slot
 * --pending                             dump: only what not every cursor is past
 * </pre> It needs a JDK and this one jar: <pre>
 * java -cp otlp-spring-boot-autoconfigure.jar io.github.otlpboot.tool.StorageTool list &lt;directory&gt;
 * </pre> From an executable jar of Spring Boot it runs as <pre>
 * java -Dloader.main=io.github.otlpboot.tool.StorageTool -cp app.jar \
 *     org.springframework.boot.loader.launch.PropertiesLauncher list &lt;directory&gt;
 * </pre>
 * <p>
 * Nothing is ever written to the directory, and nothing is locked, so that it may be used
 * beside a running application: it then sees what had been stored when it looked. Memory
 * does not grow with what is stored.
 * <p>
 * How far a destination has come is known from its cursor, which it has once it has
 * settled something: one that has settled nothing yet is not seen.
 * <p>
 * A dump is a file as the OpenTelemetry Collector reads and writes it: UTF-8, one
 * {@code TracesData}, {@code MetricsData} or {@code LogsData} a line, one signal only.
 * What cannot be dumped is told on standard error.
 * <p>
 * The exit code is {@code 0} if all is well, {@code 1} if something is damaged or
 * missing, or could not be read or written, and {@code 2} if the arguments make no sense.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/">OpenTelemetry
 * Protocol File Exporter</a>
 */
public final class StorageTool {

	private static final String USAGE = """
			Usage: StorageTool list   <directory> [--signal <signal>] [--slot <slot>]
			       StorageTool verify <directory> [--signal <signal>] [--slot <slot>]
			       StorageTool dump   <directory> --signal <signal> [--slot <slot>] [--pending]

			  list     what is stored, and how far it has been delivered
			  verify   reads every record, and says what is damaged or missing
			  dump     writes the records as OTLP JSON to standard output, a request a line

			  <directory>   the value of otlp.storage.directory
			  <signal>      traces, metrics or logs
			  <slot>        such as slot-0
			  --pending     leaves out what every destination with a cursor has

			Nothing is changed or locked; the application may be running.
			Exit code: 0 all is well, 1 something is damaged, missing or unreadable, 2 wrong usage.
			""";

	private final Writer out;

	private final Writer err;

	private final Clock clock;

	private final Disk disk;

	private final LockTable locks;

	/**
	 * Create a tool.
	 * @param out gets what was asked for
	 * @param err gets what is in the way of it
	 * @param clock tells ages
	 * @param disk the file system
	 * @param locks tells which slots are in use
	 */
	StorageTool(Writer out, Writer err, Clock clock, Disk disk, LockTable locks) {
		this.out = out;
		this.err = err;
		this.clock = clock;
		this.disk = disk;
		this.locks = locks;
	}

	/**
	 * Run the tool and end the process.
	 * @param arguments a command, a directory and options
	 */
	public static void main(String[] arguments) {
		// Not the standard streams, which say nothing when they fail and have an encoding
		// of their own
		Writer out = writer(FileDescriptor.out);
		Writer err = writer(FileDescriptor.err);
		System.exit(new StorageTool(out, err, Clock.systemUTC(), new LocalDisk(), LockTable.ofThisMachine())
			.run(arguments));
	}

	private static Writer writer(FileDescriptor descriptor) {
		return new BufferedWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8),
				64 * 1024);
	}

	/**
	 * Run the tool.
	 * @param arguments a command, a directory and options
	 * @return the exit code
	 */
	int run(String... arguments) {
		try {
			int code = tryRun(arguments);
			this.out.flush();
			this.err.flush();
			return code;
		}
		catch (IOException ex) {
			return fail(ex);
		}
	}

	private int tryRun(String... arguments) throws IOException {
		if (Arrays.asList(arguments).contains("--help")) {
			this.out.append(USAGE);
			return 0;
		}
		ToolOptions options;
		try {
			options = ToolOptions.parse(arguments);
		}
		catch (IllegalArgumentException ex) {
			this.err.append(ex.getMessage()).append("\n\n").append(USAGE);
			return 2;
		}
		List<SlotView> slots = slots(options);
		if (slots.isEmpty()) {
			this.err.append("There is no ")
				.append((options.slot() != null) ? options.slot() : "slot")
				.append(" in ")
				.append(options.directory().toString())
				.append(Files.isDirectory(options.directory()) ? "\n" : ", which is no directory\n");
			return 1;
		}
		return switch (options.command()) {
			case LIST -> new ListCommand(this.out, this.clock, this.disk, this.locks).run(slots, options.signals());
			case VERIFY -> new VerifyCommand(this.out, this.disk, this.locks).run(slots, options.signals());
			case DUMP -> new DumpCommand(this.out, this.err, this.disk, this.locks).run(slots, options.signals().get(0),
					options.pending());
		};
	}

	private List<SlotView> slots(ToolOptions options) throws IOException {
		return SlotView.all(this.disk, options.directory())
			.stream()
			.filter((slot) -> options.slot() == null || slot.name().equals(options.slot()))
			.toList();
	}

	private int fail(IOException failure) {
		try {
			this.err.append(failure.toString()).append('\n').flush();
		}
		catch (IOException ex) {
			// Nobody is left to be told; the exit code says it.
		}
		return 1;
	}

}
