package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.contrib.disk.buffering.exporters.SpanToDiskExporter;
import io.opentelemetry.contrib.disk.buffering.storage.impl.FileSpanStorage;
import io.opentelemetry.contrib.disk.buffering.storage.impl.FileStorageConfiguration;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * The disk buffering of opentelemetry-java-contrib, with files and a folder as large as
 * those of the log.
 */
final class DiskBufferingExporter implements SpanExporter {

	private final FileSpanStorage storage;

	private final SpanExporter exporter;

	private DiskBufferingExporter(FileSpanStorage storage) {
		this.storage = storage;
		this.exporter = SpanToDiskExporter.builder(storage).build();
	}

	static DiskBufferingExporter open(Path directory) {
		FileStorageConfiguration configuration = FileStorageConfiguration.builder()
			.setMaxFileSize(AppendedFiles.FILE_SIZE)
			.setMaxFolderSize(AppendedFiles.FILE_SIZE * AppendedFiles.FILES)
			.setMaxFileAgeForWriteMillis(TimeUnit.MINUTES.toMillis(10))
			.setMinFileAgeForReadMillis(TimeUnit.MINUTES.toMillis(11))
			.build();
		return new DiskBufferingExporter(FileSpanStorage.create(directory.toFile(), configuration));
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		return this.exporter.export(spans);
	}

	@Override
	public CompletableResultCode flush() {
		return this.exporter.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		try {
			this.storage.close();
			return CompletableResultCode.ofSuccess();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
