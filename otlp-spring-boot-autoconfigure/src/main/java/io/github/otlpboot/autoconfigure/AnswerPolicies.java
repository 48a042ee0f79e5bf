package io.github.otlpboot.autoconfigure;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcCode;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is configured of the answers that are retried or hold a route: HTTP statuses
 * such as {@code 429}, whole classes of them such as {@code 3xx}, and gRPC codes such as
 * {@code UNAVAILABLE}. Immutable.
 */
final class AnswerPolicies {

	private static final String RETRYABLE = "otlp.forwarder.retry.retryable-statuses";

	private static final String HOLD = "otlp.forwarder.retry.hold-statuses";

	private static final Pattern STATUS = Pattern.compile("[345][0-9]{2}");

	private static final Pattern STATUS_CLASS = Pattern.compile("[345]xx");

	private final StatusPolicy http;

	private final CodePolicy grpc;

	private AnswerPolicies(StatusPolicy http, CodePolicy grpc) {
		this.http = http;
		this.grpc = grpc;
	}

	/**
	 * Read the properties.
	 * @param retry the properties, of which a missing one means the default, and an empty
	 * one none
	 * @return the policies
	 * @throws InvalidOtlpPropertyException if a value is neither a status nor a code
	 */
	static AnswerPolicies of(OtlpProperties.Retry retry) {
		Answers retryable = Answers.parse(RETRYABLE, retry.retryableStatuses());
		Answers hold = Answers.parse(HOLD, retry.holdStatuses());
		return new AnswerPolicies(
				new StatusPolicy(choose(retryable, Answers::statuses, StatusPolicy.DEFAULT.retryable()),
						choose(hold, Answers::statuses, StatusPolicy.DEFAULT.hold())),
				new CodePolicy(choose(retryable, Answers::codes, CodePolicy.DEFAULT.retryable()),
						choose(hold, Answers::codes, CodePolicy.DEFAULT.hold())));
	}

	private static <T> Set<T> choose(@Nullable Answers answers, Function<Answers, Set<T>> part, Set<T> other) {
		return (answers != null) ? part.apply(answers) : other;
	}

	StatusPolicy http() {
		return this.http;
	}

	CodePolicy grpc() {
		return this.grpc;
	}

	/**
	 * The values of one property.
	 *
	 * @param statuses the HTTP statuses
	 * @param codes the gRPC codes
	 */
	private record Answers(Set<Integer> statuses, Set<GrpcCode> codes) {

		static @Nullable Answers parse(String property, @Nullable List<String> values) {
			if (values == null) {
				return null;
			}
			Answers answers = new Answers(new TreeSet<>(), EnumSet.noneOf(GrpcCode.class));
			values.forEach((value) -> answers.add(property, value));
			return answers;
		}

		private void add(String property, String value) {
			String text = value.trim();
			Optional<GrpcCode> code = GrpcCode.ofName(text.toUpperCase(Locale.ROOT).replace('-', '_'));
			if (STATUS.matcher(text).matches()) {
				this.statuses.add(Integer.valueOf(text));
			}
			else if (STATUS_CLASS.matcher(text).matches()) {
				int first = (text.charAt(0) - '0') * 100;
				for (int status = first; status < first + 100; status++) {
					this.statuses.add(status);
				}
			}
			else if (code.isPresent()) {
				this.codes.add(code.get());
			}
			else {
				throw new InvalidOtlpPropertyException(property, value,
						"is neither an HTTP status from 300 to 599 nor a gRPC code",
						"Set '" + property + "' to a list such as '429, 503, UNAVAILABLE', in which '5xx' stands for "
								+ "all from 500 to 599, or remove it to use the default.");
			}
		}

	}

}
