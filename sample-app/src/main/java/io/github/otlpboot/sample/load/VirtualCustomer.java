package io.github.otlpboot.sample.load;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides what the customer does next: now and then an order, mostly a look at one of the
 * last orders, sometimes a mistake.
 * <p>
 * Not thread-safe.
 */
final class VirtualCustomer {

	private static final int MAX_ORDERS = 50;

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final List<String> NAMES = List.of("ada", "grace", "edsger", "barbara", "alan");

	private static final List<String> PRODUCTS = List.of("tea-green", "tea-black", "cup-porcelain", "pot-cast-iron");

	private final URI shop;

	private final RandomGenerator random;

	private final List<String> orders = new ArrayList<>();

	VirtualCustomer(URI shop, RandomGenerator random) {
		this.shop = shop;
		this.random = random;
	}

	HttpRequest next() {
		int dice = this.random.nextInt(100);
		if (this.orders.isEmpty() || dice < 30) {
			return order((dice < 2) ? "sold-out-long-ago" : pick(PRODUCTS));
		}
		return look((dice < 33) ? "/orders/0" : pick(this.orders));
	}

	private HttpRequest order(String sku) {
		String body = "{\"customer\":\"%s\",\"sku\":\"%s\",\"quantity\":%d}".formatted(pick(NAMES), sku,
				1 + this.random.nextInt(7));
		return HttpRequest.newBuilder(this.shop.resolve("/orders"))
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
	}

	private HttpRequest look(String path) {
		return HttpRequest.newBuilder(this.shop.resolve(path)).timeout(TIMEOUT).build();
	}

	private String pick(List<String> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	/**
	 * Remember an order that went through, and forget the oldest.
	 * @param response the shop's answer
	 */
	void see(HttpResponse<?> response) {
		response.headers().firstValue("Location").ifPresent((location) -> {
			this.orders.add(URI.create(location).getPath());
			if (this.orders.size() > MAX_ORDERS) {
				this.orders.remove(0);
			}
		});
	}

}
