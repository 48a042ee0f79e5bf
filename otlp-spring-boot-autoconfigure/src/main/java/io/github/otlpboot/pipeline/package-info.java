/**
 * Puts buffer, routes, and threads together, starts and stops them, and tells how they
 * are doing.
 */
@NullMarked
package io.github.otlpboot.pipeline;

import org.jspecify.annotations.NullMarked;
