/**
 * What all experiments have in common: forms, figures, JMH, and the spans they send.
 */
@NullMarked
package io.github.otlpboot.benchmark.harness;

import org.jspecify.annotations.NullMarked;
