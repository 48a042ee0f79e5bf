package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;

import io.opentelemetry.exporter.internal.otlp.traces.LowAllocationTraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Serializes spans with the marshaler of the SDK into an array that each thread uses
 * again and again, and gives it to a target. Nobody can do less.
 */
final class SerializingExporter implements SpanExporter {

	private static final int CAPACITY = 1024 * 1024;

	private final ThreadLocal<Request> requests = ThreadLocal.withInitial(Request::new);

	private final RequestTarget target;

	SerializingExporter(RequestTarget target) {
		this.target = target;
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		try {
			Request request = this.requests.get();
			request.write(spans);
			this.target.take(request.array, request.end);
			return CompletableResultCode.ofSuccess();
		}
		catch (IOException ex) {
			return CompletableResultCode.ofExceptionalFailure(ex);
		}
	}

	@Override
	public CompletableResultCode flush() {
		return CompletableResultCode.ofSuccess();
	}

	@Override
	public CompletableResultCode shutdown() {
		try {
			this.target.close();
			return CompletableResultCode.ofSuccess();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What one thread serializes with.
	 */
	private static final class Request extends OutputStream {

		private final LowAllocationTraceRequestMarshaler marshaler = new LowAllocationTraceRequestMarshaler();

		private final byte[] array = new byte[CAPACITY];

		private int end;

		void write(Collection<SpanData> spans) throws IOException {
			this.end = RequestTarget.RESERVED;
			this.marshaler.initialize(spans);
			try {
				this.marshaler.writeBinaryTo(this);
			}
			finally {
				this.marshaler.reset();
			}
		}

		@Override
		public void write(int value) {
			this.array[this.end++] = (byte) value;
		}

		@Override
		public void write(byte[] source, int offset, int length) {
			System.arraycopy(source, offset, this.array, this.end, length);
			this.end += length;
		}

	}

}
