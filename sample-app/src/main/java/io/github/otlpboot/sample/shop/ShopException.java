package io.github.otlpboot.sample.shop;

/**
 * What goes wrong in a shop.
 */
public final class ShopException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	ShopException(Reason reason, String message) {
		super(message);
		this.reason = reason;
	}

	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a request fails.
	 */
	public enum Reason {

		/**
		 * The request makes no sense.
		 */
		INVALID_REQUEST,

		/**
		 * There is no such order.
		 */
		ORDER_NOT_FOUND,

		/**
		 * There is no such product.
		 */
		UNKNOWN_PRODUCT,

		/**
		 * There is not enough of the product.
		 */
		OUT_OF_STOCK,

		/**
		 * The customer's bank refuses.
		 */
		PAYMENT_DECLINED,

		/**
		 * The payment gateway does not answer.
		 */
		PAYMENT_UNAVAILABLE

	}

}
