package io.github.otlpboot.benchmark.application;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import io.github.otlpboot.benchmark.harness.RealSpans;

/**
 * Posts the same body again and again, as large as the starter's requests, with two under
 * way as it has by default, and nothing around the JDK's client. Its arguments are the
 * URL and whether each body is compressed.
 */
public final class PostingClient {

	private static final int IN_FLIGHT = 2;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI url;

	private final boolean gzip;

	private final byte[] body;

	private PostingClient(URI url, boolean gzip) {
		this.url = url;
		this.gzip = gzip;
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		RealSpans.requests(TracedApplication.BATCHES).forEach(all::writeBytes);
		this.body = all.toByteArray();
	}

	public static void main(String[] args) throws IOException {
		PrintStream answers = System.out;
		PostingClient client = new PostingClient(URI.create(args[0]), Boolean.parseBoolean(args[1]));
		answers.println("ready");
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			answers.println(client.post(Long.parseLong(line)));
		}
	}

	private String post(long bytes) {
		long count = Math.max(1, bytes / this.body.length);
		AtomicLong left = new AtomicLong(count);
		List<CompletableFuture<Void>> threads = IntStream.range(0, IN_FLIGHT)
			.mapToObj((i) -> CompletableFuture.runAsync(() -> post(left), (task) -> new Thread(task).start()))
			.toList();
		threads.forEach(CompletableFuture::join);
		return count * this.body.length + " " + count * TracedApplication.BATCHES * RealSpans.BATCH;
	}

	private void post(AtomicLong left) {
		while (left.getAndDecrement() > 0) {
			try {
				HttpRequest.Builder request = HttpRequest.newBuilder(this.url)
					.header("Content-Type", "application/x-protobuf");
				if (this.gzip) {
					request.header("Content-Encoding", "gzip");
				}
				request.POST(BodyPublishers.ofByteArray(this.gzip ? compress(this.body) : this.body));
				int status = this.client.send(request.build(), BodyHandlers.discarding()).statusCode();
				if (status != 200) {
					throw new IllegalStateException("Answered " + status);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private static byte[] compress(byte[] plain) throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream(plain.length / 8);
		try (GZIPOutputStream output = new GZIPOutputStream(compressed, 8 * 1024)) {
			output.write(plain);
		}
		return compressed.toByteArray();
	}

}
