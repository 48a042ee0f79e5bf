package io.github.otlpboot.sample.shop;

import org.jspecify.annotations.Nullable;

/**
 * What a customer asks for.
 *
 * @param customer who orders
 * @param sku what
 * @param quantity how many, from 1 to {@value #MAX_QUANTITY}
 */
public record OrderRequest(String customer, String sku, int quantity) {

	static final int MAX_QUANTITY = 100;

	private static final int MAX_TEXT_LENGTH = 64;

	boolean isValid() {
		return isText(this.customer) && isText(this.sku) && this.quantity >= 1 && this.quantity <= MAX_QUANTITY;
	}

	// JSON may leave out what the types promise
	private static boolean isText(@Nullable String text) {
		return text != null && !text.isBlank() && text.length() <= MAX_TEXT_LENGTH;
	}

}
