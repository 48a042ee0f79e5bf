package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ObjIntConsumer;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Divides a batch at which the real exporter throws, until only the spans are left out
 * that are to blame: what cannot be serialized, such as an array with a null in it, makes
 * it throw before any of the batch is offered.
 * <p>
 * It does not throw itself, because exporters of the application that come after it would
 * not be called. As thread-safe as the exporter behind it.
 */
public final class DividingSpanExporter implements SpanExporter {

	private final SpanExporter delegate;

	private final ObjIntConsumer<RuntimeException> onLost;

	/**
	 * Create an exporter.
	 * @param delegate the exporter that gets the spans
	 * @param onLost is told how many spans of a batch are left out, and why
	 */
	public DividingSpanExporter(SpanExporter delegate, ObjIntConsumer<RuntimeException> onLost) {
		this.delegate = delegate;
		this.onLost = onLost;
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		try {
			return this.delegate.export(spans);
		}
		catch (RuntimeException ex) {
			return new Division().export(List.copyOf(spans), ex);
		}
	}

	@Override
	public CompletableResultCode flush() {
		return this.delegate.flush();
	}

	@Override
	public CompletableResultCode shutdown() {
		return this.delegate.shutdown();
	}

	@Override
	public String toString() {
		return "DividingSpanExporter{" + this.delegate + "}";
	}

	/**
	 * Exports the parts of one batch.
	 */
	private final class Division {

		private final List<CompletableResultCode> results = new ArrayList<>();

		private int lost;

		CompletableResultCode export(List<SpanData> spans, RuntimeException failure) {
			divide(spans);
			DividingSpanExporter.this.onLost.accept(failure, this.lost);
			this.results.add(CompletableResultCode.ofExceptionalFailure(failure));
			return CompletableResultCode.ofAll(this.results);
		}

		private void divide(List<SpanData> spans) {
			if (spans.size() <= 1) {
				this.lost += spans.size();
				return;
			}
			int half = spans.size() / 2;
			exportPart(spans.subList(0, half));
			exportPart(spans.subList(half, spans.size()));
		}

		private void exportPart(List<SpanData> spans) {
			try {
				this.results.add(DividingSpanExporter.this.delegate.export(spans));
			}
			catch (RuntimeException ex) {
				divide(spans);
			}
		}

	}

}
