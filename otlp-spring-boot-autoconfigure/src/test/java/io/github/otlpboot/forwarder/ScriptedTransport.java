package io.github.otlpboot.forwarder;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.otlpboot.model.Payload;

/**
 * A destination whose answers the test gives one by one.
 */
final class ScriptedTransport implements Transport {

	private final List<SendRequest> requests = new ArrayList<>();

	private final List<CompletableFuture<SendResult>> answers = new ArrayList<>();

	private Supplier<CompletableFuture<SendResult>> failure;

	@Override
	public CompletableFuture<SendResult> send(SendRequest request) {
		if (this.failure != null) {
			return this.failure.get();
		}
		this.requests.add(request);
		CompletableFuture<SendResult> answer = new CompletableFuture<>();
		this.answers.add(answer);
		return answer;
	}

	@Override
	public void close() {
		this.answers.forEach((answer) -> answer.cancel(true));
	}

	void throwOnSend(RuntimeException exception) {
		this.failure = () -> {
			throw exception;
		};
	}

	void throwOnSend(Error error) {
		this.failure = () -> {
			throw error;
		};
	}

	void recover() {
		this.failure = null;
	}

	List<SendRequest> requests() {
		return this.requests;
	}

	SendRequest last() {
		return this.requests.get(this.requests.size() - 1);
	}

	int open() {
		return (int) this.answers.stream().filter((answer) -> !answer.isDone()).count();
	}

	CompletableFuture<SendResult> answer(int index) {
		return this.answers.get(index);
	}

	void answerLast(SendResult result) {
		this.answers.get(this.answers.size() - 1).complete(result);
	}

	static byte[] bytes(SendRequest request) {
		byte[] bytes = new byte[request.size()];
		int position = 0;
		for (Payload part : request.parts()) {
			System.arraycopy(part.array(), part.offset(), bytes, position, part.length());
			position += part.length();
		}
		return bytes;
	}

}
