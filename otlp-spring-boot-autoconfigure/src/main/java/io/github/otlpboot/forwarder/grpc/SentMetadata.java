package io.github.otlpboot.forwarder.grpc;

import java.util.Map;

import io.github.otlpboot.forwarder.ResponseText;
import io.grpc.Metadata;

/**
 * The metadata of an attempt, and what keeps its values out of what is told of its
 * outcome. Immutable; shared by the attempts that have the same.
 *
 * @param all names and values
 * @param classifier says what an answer means
 */
record SentMetadata(Map<String, String> all, AnswerClassifier classifier) {

	static SentMetadata of(Map<String, String> all, CodePolicy policy) {
		return new SentMetadata(all, new AnswerClassifier(policy, new ResponseText(all)));
	}

	/**
	 * Return it in the form of the library, which adds to it.
	 * @return a copy
	 */
	Metadata copy() {
		Metadata metadata = new Metadata();
		this.all.forEach((name, value) -> {
			// The library takes that one from the connection alone
			if (!name.equalsIgnoreCase(GrpcTransportSettings.USER_AGENT_HEADER)) {
				metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
			}
		});
		return metadata;
	}

	/**
	 * Metadata often carries credentials, so its values are not shown.
	 */
	@Override
	public String toString() {
		return "SentMetadata" + this.all.keySet();
	}

}
