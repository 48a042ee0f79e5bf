package io.github.otlpboot.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A property has a value that cannot work. Never carries a secret.
 */
public final class InvalidOtlpPropertyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final @Nullable String value;

	private final String reason;

	private final String remedy;

	/**
	 * Create an exception.
	 * @param property the property, such as {@code otlp.forwarder.endpoint}
	 * @param value its value, {@code null} if it must not be shown
	 * @param reason what is wrong with it, as the rest of a sentence about the value
	 * @param remedy what to do, as a sentence
	 */
	public InvalidOtlpPropertyException(String property, @Nullable String value, String reason, String remedy) {
		super("Property '" + property + "' " + ((value != null) ? "with value '" + value + "' " : "") + reason);
		this.property = property;
		this.value = value;
		this.reason = reason;
		this.remedy = remedy;
	}

	public String property() {
		return this.property;
	}

	public @Nullable String value() {
		return this.value;
	}

	public String reason() {
		return this.reason;
	}

	public String remedy() {
		return this.remedy;
	}

}
