package io.github.otlpboot.testing;

import java.net.URI;
import java.util.List;
import java.util.function.Function;

import io.github.otlpboot.autoconfigure.TransportType;
import io.grpc.Status;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A collector that speaks one protocol or the other, for tests that hold with both.
 */
public abstract class TestCollector implements AutoCloseable {

	private final TransportType type;

	private TestCollector(TransportType type) {
		this.type = type;
	}

	/**
	 * Start one without TLS.
	 * @param type what it speaks
	 * @return the running collector, which takes everything
	 */
	public static TestCollector open(TransportType type) {
		return (type == TransportType.GRPC) ? new Grpc(OtlpGrpcTestServer.open()) : new Http(OtlpTestServer.open());
	}

	/**
	 * Start one with TLS.
	 * @param type what it speaks
	 * @param certificate its certificate
	 * @return the running collector, which takes everything
	 */
	public static TestCollector openTls(TransportType type, TestCertificate certificate) throws Exception {
		return (type == TransportType.GRPC) ? new Grpc(OtlpGrpcTestServer.openTls(certificate.keyManager()))
				: new Http(OtlpTestServer.openTls(new TestCertificate.Server(certificate).context(certificate)));
	}

	/**
	 * Start one that asks its clients for a certificate of the authority that has issued
	 * its own.
	 * @param type what it speaks
	 * @param certificate its certificate
	 * @return the running collector, which takes everything
	 */
	public static TestCollector openMutualTls(TransportType type, TestCertificate certificate) throws Exception {
		return (type == TransportType.GRPC)
				? new Grpc(OtlpGrpcTestServer.openMutualTls(certificate.keyManager(), certificate.trustManagers()))
				: new Http(OtlpTestServer.openMutualTls(new TestCertificate.Server(certificate).context(certificate)));
	}

	/**
	 * Return what it speaks.
	 * @return the type
	 */
	public TransportType type() {
		return this.type;
	}

	/**
	 * Return where it is.
	 * @return its URL without a path
	 */
	public abstract URI url();

	/**
	 * Refuse the credentials of some requests.
	 * @param refusal what it says to a request, {@code null} to take it
	 * @return this collector
	 */
	public abstract TestCollector refuse(Function<OtlpTestRequest, String> refusal);

	/**
	 * Return all requests, whatever they were answered.
	 * @return the requests in order of arrival
	 */
	public abstract List<OtlpTestRequest> requests();

	/**
	 * Return what it has taken.
	 * @return the spans in order of arrival
	 */
	public abstract List<Span> spans();

	@Override
	public abstract void close();

	private static final class Http extends TestCollector {

		private final OtlpTestServer server;

		Http(OtlpTestServer server) {
			super(TransportType.HTTP);
			this.server = server;
		}

		@Override
		public URI url() {
			return this.server.url();
		}

		@Override
		public TestCollector refuse(Function<OtlpTestRequest, String> refusal) {
			this.server.answer((request) -> {
				String text = refusal.apply(request);
				return (text != null) ? OtlpTestAnswer.status(401).text(text) : OtlpTestAnswer.ok();
			});
			return this;
		}

		@Override
		public List<OtlpTestRequest> requests() {
			return this.server.requests();
		}

		@Override
		public List<Span> spans() {
			return this.server.spans();
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

	private static final class Grpc extends TestCollector {

		private final OtlpGrpcTestServer server;

		Grpc(OtlpGrpcTestServer server) {
			super(TransportType.GRPC);
			this.server = server;
		}

		@Override
		public URI url() {
			return this.server.url();
		}

		@Override
		public TestCollector refuse(Function<OtlpTestRequest, String> refusal) {
			this.server.answer((request) -> {
				String text = refusal.apply(request);
				return (text != null) ? OtlpGrpcTestAnswer.status(Status.UNAUTHENTICATED.withDescription(text))
						: OtlpGrpcTestAnswer.ok();
			});
			return this;
		}

		@Override
		public List<OtlpTestRequest> requests() {
			return this.server.requests();
		}

		@Override
		public List<Span> spans() {
			return this.server.accepted().stream().flatMap((request) -> request.spans().stream()).toList();
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
