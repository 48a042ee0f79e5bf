package io.github.otlpboot.pipeline;

import java.time.Clock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Time and chance, injected so that tests can own them.
 *
 * @param clock tells the time that people read
 * @param nanos measures elapsed time, like {@link System#nanoTime()}
 * @param random yields numbers from 0 to 1; thread-safe
 */
public record PipelineTime(Clock clock, LongSupplier nanos, DoubleSupplier random) {

}
