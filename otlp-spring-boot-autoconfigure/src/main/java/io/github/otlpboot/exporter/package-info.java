/**
 * Puts the official OTLP exporters of OpenTelemetry in front of a
 * {@link io.github.otlpboot.model.BatchSink}, so that their own marshalers serialize each
 * request exactly once.
 */
@NullMarked
package io.github.otlpboot.exporter;

import org.jspecify.annotations.NullMarked;
