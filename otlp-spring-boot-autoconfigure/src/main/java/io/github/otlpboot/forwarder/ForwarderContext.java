package io.github.otlpboot.forwarder;

import java.time.Clock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What routes need of their surroundings.
 *
 * @param clock tells the time that people read
 * @param nanos measures elapsed time, like {@link System#nanoTime()}
 * @param random yields numbers from 0 to 1 for jitter
 * @param wake makes the forwarder's thread look for work; callable from any thread
 */
public record ForwarderContext(Clock clock, LongSupplier nanos, DoubleSupplier random, Runnable wake) {

}
