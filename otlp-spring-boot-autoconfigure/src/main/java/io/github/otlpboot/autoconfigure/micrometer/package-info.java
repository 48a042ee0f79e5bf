/**
 * Auto-configuration of Micrometer's metrics.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.micrometer;

import org.jspecify.annotations.NullMarked;
