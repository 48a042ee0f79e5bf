package io.github.otlpboot.forwarder.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.zip.GZIPInputStream;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer within the limit and completes the call with what it means.
 * <p>
 * Not thread-safe: the client calls its methods one after the other.
 */
final class ResponseBody implements BodySubscriber<Void> {

	/**
	 * The most bytes that an answer may have, before and after decompression (OTLP
	 * specification, OTLP/HTTP response).
	 */
	static final int MAX_SIZE = 4 * 1024 * 1024;

	private final HttpCall call;

	private final ResponseInfo info;

	private final StatusClassifier classifier;

	private final ResponseText text;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

	private final CompletableFuture<Void> body = new CompletableFuture<>();

	private Flow.@Nullable Subscription subscription;

	ResponseBody(HttpCall call, ResponseInfo info, StatusClassifier classifier, ResponseText text) {
		this.call = call;
		this.info = info;
		this.classifier = classifier;
		this.text = text;
	}

	@Override
	public CompletionStage<Void> getBody() {
		return this.body;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		if (this.body.isDone()) {
			return;
		}
		for (ByteBuffer buffer : buffers) {
			int length = buffer.remaining();
			if (length > MAX_SIZE - this.bytes.size()) {
				this.call.complete(this.classifier.classifyTooLarge(this.info.statusCode(), this.info.headers()));
				giveUp();
				return;
			}
			byte[] block = new byte[length];
			buffer.get(block);
			this.bytes.write(block, 0, length);
		}
	}

	@Override
	public void onError(Throwable exception) {
		this.call.complete(ConnectionFailure.translate(exception, this.text));
		this.body.complete(null);
	}

	/**
	 * The call is completed here and not by the client's future, which takes a detour
	 * through the common pool, where the application's own work may be in the way.
	 */
	@Override
	public void onComplete() {
		SendResult result;
		try {
			result = classify();
		}
		catch (RuntimeException ex) {
			result = ConnectionFailure.translate(ex, this.text);
		}
		this.call.complete(result);
		this.body.complete(null);
	}

	private SendResult classify() {
		byte[] content = this.bytes.toByteArray();
		if (this.info.headers().firstValue("Content-Encoding").filter("gzip"::equalsIgnoreCase).isPresent()) {
			content = decompress(content);
		}
		return (content.length <= MAX_SIZE)
				? this.classifier.classify(this.info.statusCode(), this.info.headers(), content)
				: this.classifier.classifyTooLarge(this.info.statusCode(), this.info.headers());
	}

	/**
	 * Decompress an answer that was compressed although we did not ask for it.
	 * @param compressed the body as it came
	 * @return the content up to one byte more than allowed, empty if it is malformed
	 */
	private static byte[] decompress(byte[] compressed) {
		try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
			return input.readNBytes(MAX_SIZE + 1);
		}
		catch (IOException ex) {
			return new byte[0];
		}
	}

	private void giveUp() {
		Flow.Subscription subscription = this.subscription;
		if (subscription != null) {
			// Closes the connection, since it cannot be used again
			subscription.cancel();
		}
		this.body.complete(null);
	}

}
