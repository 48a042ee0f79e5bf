package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;

/**
 * An order that has been paid.
 *
 * @param id its number
 * @param customer who ordered
 * @param sku what
 * @param quantity how many
 * @param total what it cost, in euros
 * @param payment the payment's number
 */
public record Order(long id, String customer, String sku, int quantity, BigDecimal total, String payment) {

}
