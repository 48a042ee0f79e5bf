package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Lets the spans of a batch share one instance of equal resources and scopes before they
 * reach the real exporter.
 * <p>
 * OTLP exporters group spans by the identity of both. Micrometer rebuilds the resource of
 * every span, so that without this each span would carry a copy of the resource to the
 * collector.
 * <p>
 * As thread-safe as the exporter behind it; instances are shared within one export only.
 */
public final class InterningSpanExporter implements SpanExporter {

	private final SpanExporter delegate;

	/**
	 * Create an exporter.
	 * @param delegate the exporter that gets the spans
	 */
	public InterningSpanExporter(SpanExporter delegate) {
		this.delegate = delegate;
	}

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		Interner<Resource> resources = new Interner<>();
		Interner<InstrumentationScopeInfo> scopes = new Interner<>();
		List<SpanData> interned = new ArrayList<>(spans.size());
		for (SpanData span : spans) {
			interned.add(intern(span, resources, scopes));
		}
		return this.delegate.export(interned);
	}

	private static SpanData intern(SpanData span, Interner<Resource> resources,
			Interner<InstrumentationScopeInfo> scopes) {
		Resource ownResource = span.getResource();
		InstrumentationScopeInfo ownScope = span.getInstrumentationScopeInfo();
		Resource resource = resources.intern(ownResource);
		InstrumentationScopeInfo scope = scopes.intern(ownScope);
		if (resource == ownResource && scope == ownScope && isStable(span, resource, scope)) {
			return span;
		}
		return new InternedSpanData(span, resource, scope);
	}

	// Whether a span will answer the same instances again: Micrometer's spans build a new
	// resource each time they are asked.
	private static boolean isStable(SpanData span, Resource resource, InstrumentationScopeInfo scope) {
		return span.getResource() == resource && span.getInstrumentationScopeInfo() == scope;
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
		return "InterningSpanExporter{" + this.delegate + "}";
	}

	private static final class InternedSpanData extends DelegatingSpanData {

		private final Resource resource;

		private final InstrumentationScopeInfo scope;

		InternedSpanData(SpanData delegate, Resource resource, InstrumentationScopeInfo scope) {
			super(delegate);
			this.resource = resource;
			this.scope = scope;
		}

		@Override
		public Resource getResource() {
			return this.resource;
		}

		@Override
		public InstrumentationScopeInfo getInstrumentationScopeInfo() {
			return this.scope;
		}

	}

}
