/**
 * Auto-configuration of the OpenTelemetry SDK's metrics.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
