/**
 * The shop: orders, an inventory, and a payment gateway, each with a span of its own.
 */
@NullMarked
package io.github.otlpboot.sample.shop;

import org.jspecify.annotations.NullMarked;
