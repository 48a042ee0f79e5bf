/**
 * Tells operators how the pipeline is doing: health and the {@code otlp} endpoint.
 */
@NullMarked
package io.github.otlpboot.actuate;

import org.jspecify.annotations.NullMarked;
