package io.github.otlpboot.buffer;

import io.github.otlpboot.model.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A batch that a buffer has accepted.
 *
 * @param acceptedAt when, in milliseconds since the epoch
 * @param batch the batch, whose payload belongs to whoever has drained it
 * @param ticket what its producer waits for, {@code null} if it does not wait
 */
public record BufferedBatch(long acceptedAt, Batch batch, @Nullable Ticket ticket) {

}
