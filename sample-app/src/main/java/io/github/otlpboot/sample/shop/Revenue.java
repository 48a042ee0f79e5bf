package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;

import org.springframework.stereotype.Component;

/**
 * What is sold, as a metric of the OpenTelemetry SDK; the timers of the shop are
 * Micrometer's. Thread-safe.
 */
@Component
class Revenue {

	private static final AttributeKey<String> SKU = AttributeKey.stringKey("product.sku");

	private final DoubleCounter counter;

	Revenue(OpenTelemetry openTelemetry) {
		this.counter = openTelemetry.getMeter("shop")
			.counterBuilder("shop.revenue")
			.ofDoubles()
			.setUnit("{euro}")
			.setDescription("What customers have paid")
			.build();
	}

	void add(Product product, BigDecimal amount) {
		this.counter.add(amount.doubleValue(), Attributes.of(SKU, product.sku()));
	}

}
