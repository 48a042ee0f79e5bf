package io.github.otlpboot.sample.shop;

/**
 * An order as the customer sees it.
 *
 * @param order the order
 * @param stillInStock how many more of the product could be ordered now
 */
public record OrderView(Order order, int stillInStock) {

}
