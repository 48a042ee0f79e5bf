package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;

/**
 * Something to buy.
 *
 * @param sku its number
 * @param name its name
 * @param price what one costs, in euros
 */
public record Product(String sku, String name, BigDecimal price) {

}
