package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

import com.google.protobuf.Message;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerTransportFilter;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;

/**
 * A real OTLP/gRPC server on a loopback port, for tests, made of the stubs that are
 * generated from the protocol's own files: it records requests, and answers as it is
 * told. It can be stopped and started again on the same port.
 * <p>
 * Thread-safe. {@code lock} guards all fields that change.
 */
public final class OtlpGrpcTestServer implements AutoCloseable {

	private static final Context.Key<Map<String, String>> HEADERS = Context.key("headers");

	private static final int MAX_MESSAGE_SIZE = 80 * 1024 * 1024;

	private final Object lock = new Object();

	private final ServerCredentials credentials;

	private final List<OtlpTestRequest> requests = new ArrayList<>();

	private final List<OtlpTestRequest> accepted = new ArrayList<>();

	private Function<OtlpTestRequest, OtlpGrpcTestAnswer> answers = (request) -> OtlpGrpcTestAnswer.ok();

	private ExecutorService executor;

	private Server server;

	/** While it is stopped. */
	private HeldPort heldPort;

	private int port;

	private int connectionCount;

	private int openConnections;

	private int abortedCount;

	private OtlpGrpcTestServer(ServerCredentials credentials) {
		this.credentials = credentials;
	}

	/**
	 * Start a server on a free port, which takes everything unless told otherwise.
	 * @return the running server
	 */
	public static OtlpGrpcTestServer open() {
		return new OtlpGrpcTestServer(InsecureServerCredentials.create()).start();
	}

	/**
	 * Start a server that speaks TLS.
	 * @param keyManagers hold the server's key
	 * @return the running server
	 */
	public static OtlpGrpcTestServer openTls(KeyManager... keyManagers) {
		return new OtlpGrpcTestServer(TlsServerCredentials.newBuilder().keyManager(keyManagers).build()).start();
	}

	/**
	 * Start a server that speaks TLS and asks its clients for a certificate.
	 * @param keyManager holds the server's key
	 * @param trustManagers say which clients are trusted
	 * @return the running server
	 */
	public static OtlpGrpcTestServer openMutualTls(KeyManager keyManager, TrustManager... trustManagers) {
		return new OtlpGrpcTestServer(TlsServerCredentials.newBuilder()
			.keyManager(keyManager)
			.trustManager(trustManagers)
			.clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
			.build()).start();
	}

	/**
	 * Start again, on the same port as before.
	 * @return this server
	 */
	public OtlpGrpcTestServer start() {
		synchronized (this.lock) {
			if (this.server != null) {
				throw new IllegalStateException("The server is running");
			}
			release();
			this.executor = Executors.newCachedThreadPool((task) -> {
				Thread thread = new Thread(task, "otlp-test-server");
				thread.setDaemon(true);
				return thread;
			});
			try {
				this.server = NettyServerBuilder
					.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), this.credentials)
					.executor(this.executor)
					.maxInboundMessageSize(MAX_MESSAGE_SIZE)
					.addTransportFilter(new ConnectionCounter())
					.addService(ServerInterceptors.intercept(new TraceService(), new CallInterceptor()))
					.addService(ServerInterceptors.intercept(new MetricsService(), new CallInterceptor()))
					.addService(ServerInterceptors.intercept(new LogsService(), new CallInterceptor()))
					.build()
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.port = this.server.getPort();
		}
		return this;
	}

	/**
	 * Stop listening and close all connections, whatever they are doing. What was
	 * received is kept, and so is the port.
	 */
	public void stop() {
		Server stopping;
		ExecutorService ending;
		synchronized (this.lock) {
			stopping = this.server;
			ending = this.executor;
			this.server = null;
		}
		if (stopping == null) {
			return;
		}
		try {
			stopping.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		ending.shutdownNow();
		synchronized (this.lock) {
			if (this.server == null) {
				this.heldPort = HeldPort.hold(InetAddress.getLoopbackAddress(), this.port);
			}
		}
	}

	@Override
	public void close() {
		stop();
		synchronized (this.lock) {
			release();
		}
	}

	private void release() {
		if (this.heldPort != null) {
			this.heldPort.close();
			this.heldPort = null;
		}
	}

	/**
	 * Answer so from now on.
	 * @param answer the answer
	 * @return this server
	 */
	public OtlpGrpcTestServer answer(OtlpGrpcTestAnswer answer) {
		return answer((request) -> answer);
	}

	/**
	 * Answer so from now on.
	 * @param answers makes the answer to each request
	 * @return this server
	 */
	public OtlpGrpcTestServer answer(Function<OtlpTestRequest, OtlpGrpcTestAnswer> answers) {
		synchronized (this.lock) {
			this.answers = answers;
		}
		return this;
	}

	/**
	 * Return the URL.
	 * @return the URL without a path
	 */
	public URI url() {
		String scheme = (this.credentials instanceof TlsServerCredentials) ? "https" : "http";
		synchronized (this.lock) {
			return URI.create(scheme + "://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + this.port);
		}
	}

	/**
	 * Return all requests that were received whole, whatever they were answered.
	 * @return the requests in order of arrival
	 */
	public List<OtlpTestRequest> requests() {
		synchronized (this.lock) {
			return List.copyOf(this.requests);
		}
	}

	/**
	 * Return the requests that were answered with success, with duplicates.
	 * @return the requests in order of arrival
	 */
	public List<OtlpTestRequest> accepted() {
		synchronized (this.lock) {
			return List.copyOf(this.accepted);
		}
	}

	/**
	 * Forget the requests received so far.
	 */
	public void clear() {
		synchronized (this.lock) {
			this.requests.clear();
			this.accepted.clear();
		}
	}

	/**
	 * Return how many connections were made.
	 * @return the number since the first start
	 */
	public int connectionCount() {
		synchronized (this.lock) {
			return this.connectionCount;
		}
	}

	/**
	 * Return how many connections are open.
	 * @return the number now
	 */
	public int openConnections() {
		synchronized (this.lock) {
			return this.openConnections;
		}
	}

	/**
	 * Return how many calls were cancelled before their answer was complete.
	 * @return the number since the first start
	 */
	public int abortedCount() {
		synchronized (this.lock) {
			return this.abortedCount;
		}
	}

	private void export(String path, Message message, Message response, StreamObserver<Message> observer) {
		byte[] body = message.toByteArray();
		OtlpTestRequest request = new OtlpTestRequest(0, "POST", path, HEADERS.get(), body, body, message);
		ServerCallStreamObserver<Message> call = (ServerCallStreamObserver<Message>) observer;
		call.setOnCancelHandler(() -> {
			synchronized (this.lock) {
				this.abortedCount++;
			}
		});
		Function<OtlpTestRequest, OtlpGrpcTestAnswer> function;
		synchronized (this.lock) {
			this.requests.add(request);
			function = this.answers;
		}
		OtlpGrpcTestAnswer answer = function.apply(request);
		if (answer.hang()) {
			return;
		}
		if (answer.status().isOk()) {
			synchronized (this.lock) {
				this.accepted.add(request);
			}
			if (answer.compressed()) {
				call.setCompression("gzip");
			}
			call.onNext((answer.response() != null) ? answer.response() : response);
			call.onCompleted();
		}
		else {
			call.onError(answer.status().asRuntimeException(answer.trailers()));
		}
	}

	@SuppressWarnings("unchecked")
	private static StreamObserver<Message> anyMessage(StreamObserver<?> observer) {
		return (StreamObserver<Message>) observer;
	}

	private final class ConnectionCounter extends ServerTransportFilter {

		@Override
		public Attributes transportReady(Attributes attributes) {
			synchronized (OtlpGrpcTestServer.this.lock) {
				OtlpGrpcTestServer.this.connectionCount++;
				OtlpGrpcTestServer.this.openConnections++;
			}
			return attributes;
		}

		@Override
		public void transportTerminated(Attributes attributes) {
			if (attributes == null) {
				// Has never been ready
				return;
			}
			synchronized (OtlpGrpcTestServer.this.lock) {
				OtlpGrpcTestServer.this.openConnections--;
			}
		}

	}

	private static final class CallInterceptor implements ServerInterceptor {

		@Override
		public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata metadata,
				ServerCallHandler<Q, A> next) {
			Map<String, String> headers = new HashMap<>();
			for (String name : metadata.keys()) {
				if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
					headers.put(name, metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
				}
			}
			return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, metadata, next);
		}

	}

	private final class TraceService extends TraceServiceGrpc.TraceServiceImplBase {

		@Override
		public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
			OtlpGrpcTestServer.this.export("/v1/traces", request, ExportTraceServiceResponse.getDefaultInstance(),
					anyMessage(observer));
		}

	}

	private final class MetricsService extends MetricsServiceGrpc.MetricsServiceImplBase {

		@Override
		public void export(ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> observer) {
			OtlpGrpcTestServer.this.export("/v1/metrics", request, ExportMetricsServiceResponse.getDefaultInstance(),
					anyMessage(observer));
		}

	}

	private final class LogsService extends LogsServiceGrpc.LogsServiceImplBase {

		@Override
		public void export(ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> observer) {
			OtlpGrpcTestServer.this.export("/v1/logs", request, ExportLogsServiceResponse.getDefaultInstance(),
					anyMessage(observer));
		}

	}

}
