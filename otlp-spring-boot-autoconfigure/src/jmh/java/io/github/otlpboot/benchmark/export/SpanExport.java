package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.benchmark.harness.RealSpans;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.util.FileSystemUtils;

/**
 * Exports a batch, and waits until it is done, as the processor of the SDK does.
 */
@State(Scope.Benchmark)
public abstract class SpanExport {

	private static final int MAX_REFUSALS = 1000;

	private List<SpanData> spans = List.of();

	private SpanExporter exporter = SpanExporter.composite();

	private Path directory = Path.of("target/benchmark");

	abstract ExportContestant contestant();

	@Setup
	public void open() throws IOException {
		this.spans = RealSpans.make(RealSpans.BATCH);
		Files.createDirectories(Path.of("target"));
		// On a disk, which the directory for temporary files need not be.
		this.directory = Files.createTempDirectory(Path.of("target"), "export").toAbsolutePath();
		this.exporter = contestant().open(this.directory);
	}

	/**
	 * Export. What is refused is exported again, as part of the same call: the sender of
	 * the JDK has five threads and no queue, and refuses some of what four threads
	 * export.
	 * @return the result
	 */
	@Benchmark
	public CompletableResultCode export() {
		CompletableResultCode result = exported();
		for (int i = 0; i < MAX_REFUSALS && !result.isSuccess(); i++) {
			result = exported();
		}
		if (!result.isSuccess()) {
			throw new IllegalStateException("Not exported", result.getFailureThrowable());
		}
		return result;
	}

	private CompletableResultCode exported() {
		return this.exporter.export(this.spans).join(30, TimeUnit.SECONDS);
	}

	@TearDown
	public void close() throws IOException {
		this.exporter.shutdown();
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
