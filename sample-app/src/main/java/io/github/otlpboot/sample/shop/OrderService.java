package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * Places and finds orders. Only the last {@value #MAX_ORDERS} are kept.
 * <p>
 * Thread-safe: one lock guards the orders and the next number.
 */
@Service
public class OrderService {

	static final int MAX_ORDERS = 1000;

	private final Object lock = new Object();

	private final Map<Long, Order> orders = new LinkedHashMap<>();

	private final Inventory inventory;

	private final PaymentGateway payments;

	private final Revenue revenue;

	private final ObservationRegistry observations;

	private long lastId;

	/**
	 * Create the service.
	 * @param inventory where products are reserved
	 * @param payments who charges the customer
	 * @param revenue what is sold
	 * @param observations where its spans and timers begin
	 */
	public OrderService(Inventory inventory, PaymentGateway payments, Revenue revenue,
			ObservationRegistry observations) {
		this.inventory = inventory;
		this.payments = payments;
		this.revenue = revenue;
		this.observations = observations;
	}

	/**
	 * Reserve, charge, and keep the order.
	 * @param request what is asked for
	 * @return the order
	 * @throws ShopException if any of that fails
	 */
	public Order place(OrderRequest request) {
		if (!request.isValid()) {
			throw new ShopException(ShopException.Reason.INVALID_REQUEST,
					"An order names customer, sku, and a quantity from 1 to " + OrderRequest.MAX_QUANTITY);
		}
		Observation observation = Observation.createNotStarted("order.place", this.observations)
			.lowCardinalityKeyValue("order.channel", "web")
			.highCardinalityKeyValue("customer.id", request.customer());
		return observation.observe(() -> {
			Product product = this.inventory.reserve(request.sku(), request.quantity());
			BigDecimal total = product.price().multiply(BigDecimal.valueOf(request.quantity()));
			observation.highCardinalityKeyValue("order.total", total.toPlainString());
			String payment = charge(request, total);
			Order order = keep(request, total, payment);
			this.revenue.add(product, total);
			observation.highCardinalityKeyValue("order.id", String.valueOf(order.id()));
			return order;
		});
	}

	private String charge(OrderRequest request, BigDecimal total) {
		try {
			return this.payments.charge(request.customer(), total);
		}
		catch (ShopException ex) {
			this.inventory.release(request.sku(), request.quantity());
			throw ex;
		}
	}

	private Order keep(OrderRequest request, BigDecimal total, String payment) {
		synchronized (this.lock) {
			Order order = new Order(++this.lastId, request.customer(), request.sku(), request.quantity(), total,
					payment);
			this.orders.put(order.id(), order);
			if (this.orders.size() > MAX_ORDERS) {
				this.orders.remove(this.orders.keySet().iterator().next());
			}
			return order;
		}
	}

	/**
	 * Find an order.
	 * @param id its number
	 * @return the order, and whether the product is still to be had
	 * @throws ShopException if there is no such order
	 */
	public OrderView find(long id) {
		return Observation.createNotStarted("order.find", this.observations)
			.lowCardinalityKeyValue("order.channel", "web")
			.highCardinalityKeyValue("order.id", String.valueOf(id))
			.observe(() -> {
				Order order = get(id);
				if (order == null) {
					throw new ShopException(ShopException.Reason.ORDER_NOT_FOUND, "There is no order " + id);
				}
				return new OrderView(order, this.inventory.available(order.sku()));
			});
	}

	private @Nullable Order get(long id) {
		synchronized (this.lock) {
			return this.orders.get(id);
		}
	}

}
