package io.github.otlpboot.storage;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What storage needs of its surroundings.
 *
 * @param disk the file system
 * @param clock tells the time that is stored; must not jump while the process runs, or
 * data would expire at once
 * @param nanos measures elapsed time, like {@link System#nanoTime()}
 */
public record StorageContext(Disk disk, Clock clock, LongSupplier nanos) {

}
