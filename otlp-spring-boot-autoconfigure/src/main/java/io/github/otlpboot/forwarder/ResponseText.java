package io.github.otlpboot.forwarder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Makes text of a server fit to be shown: short, printable, and without the credentials
 * that we sent, which some servers repeat in their answers. Immutable.
 */
public final class ResponseText {

	private static final String MASK = "***";

	private static final String BASIC = "Basic ";

	/**
	 * Shorter values are no credentials, and hiding them would spoil the text.
	 */
	private static final int MIN_SECRET_LENGTH = 6;

	private final List<String> secrets;

	private final int longest;

	/**
	 * Create a cleaner.
	 * @param headers what we send, whose values never show
	 */
	public ResponseText(Map<String, String> headers) {
		List<String> secrets = new ArrayList<>();
		for (String value : headers.values()) {
			secrets.add(value.trim());
			// Such as the token alone of "Bearer <token>"
			secrets.addAll(List.of(value.trim().split("\\s+")));
			addPassword(value.trim(), secrets);
		}
		secrets.removeIf((secret) -> secret.length() < MIN_SECRET_LENGTH);
		// The longest first, or a part of it would be left over
		secrets.sort(Comparator.comparingInt(String::length).reversed());
		this.secrets = List.copyOf(secrets);
		this.longest = this.secrets.isEmpty() ? 0 : this.secrets.get(0).length();
	}

	private static void addPassword(String value, List<String> secrets) {
		if (value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
			try {
				byte[] decoded = Base64.getDecoder().decode(value.substring(BASIC.length()).trim());
				String pair = new String(decoded, StandardCharsets.UTF_8);
				secrets.add(pair);
				secrets.add(pair.substring(pair.indexOf(':') + 1));
			}
			catch (IllegalArgumentException ex) {
				// No user name and password, so there is nothing else to hide
			}
		}
	}

	/**
	 * Return the text of an error's body: the message of a {@code google.rpc.Status} if
	 * it is one, else the beginning of a printable text.
	 * @param contentType the type of the body, empty if unknown
	 * @param body the body
	 * @return the text, {@code null} if there is none
	 */
	public @Nullable String ofError(String contentType, byte[] body) {
		String type = contentType.toLowerCase(Locale.ROOT);
		String text = null;
		if (!type.startsWith("text/") && !type.contains("json")) {
			text = ResponseReader.statusMessage(body);
		}
		if (text == null && !type.contains("protobuf")) {
			text = printable(body);
		}
		return (text != null) ? show(text) : null;
	}

	private static @Nullable String printable(byte[] body) {
		int length = Math.min(body.length, ResponseReader.MAX_TEXT_BYTES);
		String text = new String(body, 0, length, StandardCharsets.UTF_8);
		// The last character may have been cut in two
		int malformed = text.indexOf('\uFFFD');
		boolean binary = text.indexOf('\0') >= 0 || (malformed >= 0 && malformed < text.length() - 1);
		return (!binary && !text.isBlank()) ? text : null;
	}

	// A long text has been cut, perhaps in the middle of what must not be shown, and even
	// of
	// a character of it.
	private String maskCut(String text) {
		int end = text.endsWith("\uFFFD") ? text.length() - 1 : text.length();
		for (int start = Math.max(0, end - this.longest); start <= end - MIN_SECRET_LENGTH; start++) {
			for (String secret : this.secrets) {
				if (secret.length() >= end - start && text.regionMatches(start, secret, 0, end - start)) {
					return text.substring(0, start) + MASK;
				}
			}
		}
		return text;
	}

	/**
	 * Clean a text.
	 * @param text any text of the server or about it
	 * @return at most {@value SendFailure#MAX_MESSAGE_LENGTH} characters, none of them a
	 * control character
	 */
	public String show(String text) {
		String masked = text;
		for (String secret : this.secrets) {
			masked = masked.replace(secret, MASK);
		}
		String cleaned = maskCut(masked).replaceAll("\\p{Cntrl}|\\p{Cf}|[\\u0080-\\u009F\\u2028\\u2029]", " ").trim();
		return (cleaned.length() <= SendFailure.MAX_MESSAGE_LENGTH) ? cleaned
				: cleaned.substring(0, SendFailure.MAX_MESSAGE_LENGTH);
	}

}
