/**
 * A virtual customer who keeps the shop busy.
 */
@NullMarked
package io.github.otlpboot.sample.load;

import org.jspecify.annotations.NullMarked;
