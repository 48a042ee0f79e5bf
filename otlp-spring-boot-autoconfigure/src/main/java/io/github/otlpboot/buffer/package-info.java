/**
 * Holds accepted batches in memory, never more than it may: on their way to storage, or,
 * without storage, on their way to the destination.
 */
@NullMarked
package io.github.otlpboot.buffer;

import org.jspecify.annotations.NullMarked;
