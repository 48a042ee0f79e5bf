package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.stereotype.Service;

/**
 * What is on the shelves. A product that has run out is delivered again right after the
 * customer was turned away.
 * <p>
 * Thread-safe: one lock guards the stock.
 */
@Service
public class Inventory {

	static final int FULL_SHELF = 150;

	private static final Map<String, Product> PRODUCTS = List
		.of(new Product("tea-green", "Green tea, 100 g", new BigDecimal("7.90")),
				new Product("tea-black", "Black tea, 100 g", new BigDecimal("6.50")),
				new Product("pot-cast-iron", "Cast-iron teapot", new BigDecimal("89.00")),
				new Product("cup-porcelain", "Porcelain cup", new BigDecimal("12.40")))
		.stream()
		.collect(Collectors.toUnmodifiableMap(Product::sku, Function.identity()));

	private final Object lock = new Object();

	private final Map<String, Integer> stock = new HashMap<>();

	private final ObservationRegistry observations;

	/**
	 * Create an inventory with full shelves.
	 * @param observations where its spans begin
	 */
	public Inventory(ObservationRegistry observations) {
		this.observations = observations;
		PRODUCTS.keySet().forEach((sku) -> this.stock.put(sku, FULL_SHELF));
	}

	Product reserve(String sku, int quantity) {
		return observation("inventory.reserve", sku).highCardinalityKeyValue("order.quantity", String.valueOf(quantity))
			.observe(() -> {
				Product product = find(sku);
				if (!take(sku, quantity)) {
					throw new ShopException(ShopException.Reason.OUT_OF_STOCK,
							"There are not " + quantity + " of " + sku + " left");
				}
				return product;
			});
	}

	void release(String sku, int quantity) {
		observation("inventory.release", sku).observe(() -> {
			synchronized (this.lock) {
				this.stock.merge(sku, quantity, Integer::sum);
			}
		});
	}

	int available(String sku) {
		return observation("inventory.check", sku).observe(() -> {
			synchronized (this.lock) {
				return this.stock.getOrDefault(sku, 0);
			}
		});
	}

	private Product find(String sku) {
		Product product = PRODUCTS.get(sku);
		if (product == null) {
			throw new ShopException(ShopException.Reason.UNKNOWN_PRODUCT, "There is no product " + sku);
		}
		return product;
	}

	private boolean take(String sku, int quantity) {
		synchronized (this.lock) {
			int left = this.stock.getOrDefault(sku, 0) - quantity;
			this.stock.put(sku, (left < 0) ? FULL_SHELF : left);
			return left >= 0;
		}
	}

	private Observation observation(String name, String sku) {
		return Observation.createNotStarted(name, this.observations)
			.lowCardinalityKeyValue("inventory.warehouse", "north")
			.highCardinalityKeyValue("product.sku", sku);
	}

}
