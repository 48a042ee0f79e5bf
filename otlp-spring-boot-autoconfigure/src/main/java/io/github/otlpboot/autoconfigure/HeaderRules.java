package io.github.otlpboot.autoconfigure;

import java.util.regex.Pattern;

/**
 * What may stand in a header (RFC 9110, fields).
 */
final class HeaderRules {

	private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private HeaderRules() {
	}

	static boolean isName(String name) {
		return NAME.matcher(name).matches();
	}

	static boolean isValue(String value) {
		return value.chars()
			.allMatch((character) -> character == '\t' || (character >= ' ' && character <= '~')
					|| (character >= 0xA0 && character <= 0xFF));
	}

}
