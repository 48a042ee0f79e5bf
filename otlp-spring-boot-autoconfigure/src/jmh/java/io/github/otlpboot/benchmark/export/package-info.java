/**
 * What it costs to export a batch of spans: durably, and over a network.
 */
@NullMarked
package io.github.otlpboot.benchmark.export;

import org.jspecify.annotations.NullMarked;
