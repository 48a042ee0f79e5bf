/**
 * Decides whether a destination may be called at all.
 */
@NullMarked
package io.github.otlpboot.breaker;

import org.jspecify.annotations.NullMarked;
