package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;

import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OrderServiceTests {

	private final Inventory inventory = new Inventory(ObservationRegistry.NOOP);

	private final OrderService orders = new OrderService(this.inventory, new PaymentGateway(ObservationRegistry.NOOP),
			new Revenue(OpenTelemetry.noop()), ObservationRegistry.NOOP);

	@Test
	void placesAndFindsAnOrder() {
		Order order = this.orders.place(new OrderRequest("ada", "tea-green", 3));
		assertThat(order).isEqualTo(new Order(1, "ada", "tea-green", 3, new BigDecimal("23.70"), "pay-1"));
		assertThat(this.orders.find(1)).isEqualTo(new OrderView(order, Inventory.FULL_SHELF - 3));
	}

	@Test
	void whenOrderIsUnknownFails() {
		assertFails(ShopException.Reason.ORDER_NOT_FOUND, () -> this.orders.find(1));
	}

	@Test
	void whenProductIsUnknownFails() {
		assertFails(ShopException.Reason.UNKNOWN_PRODUCT,
				() -> this.orders.place(new OrderRequest("ada", "coffee", 1)));
	}

	@Test
	void whenRequestMakesNoSenseFails() {
		assertFails(ShopException.Reason.INVALID_REQUEST,
				() -> this.orders.place(new OrderRequest("", "tea-green", 1)));
		assertFails(ShopException.Reason.INVALID_REQUEST,
				() -> this.orders.place(new OrderRequest("ada", "x".repeat(65), 1)));
		assertFails(ShopException.Reason.INVALID_REQUEST,
				() -> this.orders.place(new OrderRequest("ada", "tea-green", 0)));
		assertFails(ShopException.Reason.INVALID_REQUEST,
				() -> this.orders.place(new OrderRequest("ada", "tea-green", 101)));
	}

	@Test
	void whenPaymentIsDeclinedGivesTheProductBack() {
		assertFails(ShopException.Reason.PAYMENT_DECLINED,
				() -> this.orders.place(new OrderRequest("ada", "pot-cast-iron", 6)));
		assertThat(this.inventory.available("pot-cast-iron")).isEqualTo(Inventory.FULL_SHELF);
	}

	@Test
	void whenShelfIsEmptyFailsOnceAndIsFilledAgain() {
		OrderRequest request = new OrderRequest("ada", "tea-green", 60);
		this.orders.place(request);
		this.orders.place(request);
		assertFails(ShopException.Reason.OUT_OF_STOCK, () -> this.orders.place(request));
		assertThat(this.orders.place(request).quantity()).isEqualTo(60);
	}

	@Test
	void nowAndThenThePaymentGatewayDoesNotAnswer() {
		OrderRequest request = new OrderRequest("ada", "tea-black", 1);
		int placed = 0;
		for (int i = 1; placed < PaymentGateway.FAILURE_INTERVAL - 1; i++) {
			assertThat(i).isLessThan(200);
			try {
				this.orders.place(request);
				placed++;
			}
			catch (ShopException ex) {
				assertThat(ex.reason()).isEqualTo(ShopException.Reason.OUT_OF_STOCK);
			}
		}
		assertFails(ShopException.Reason.PAYMENT_UNAVAILABLE, () -> this.orders.place(request));
	}

	@Test
	void keepsOnlyTheLastOrders() {
		int placed = 0;
		while (placed <= OrderService.MAX_ORDERS) {
			try {
				this.orders.place(new OrderRequest("ada", "tea-black", 1));
				placed++;
			}
			catch (ShopException ex) {
				assertThat(ex.reason()).isIn(ShopException.Reason.OUT_OF_STOCK,
						ShopException.Reason.PAYMENT_UNAVAILABLE);
			}
		}
		assertFails(ShopException.Reason.ORDER_NOT_FOUND, () -> this.orders.find(1));
		assertThat(this.orders.find(2).order().id()).isEqualTo(2);
		assertThat(this.orders.find(placed).order().id()).isEqualTo(placed);
	}

	private static void assertFails(ShopException.Reason reason, Runnable call) {
		assertThatExceptionOfType(ShopException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

}
