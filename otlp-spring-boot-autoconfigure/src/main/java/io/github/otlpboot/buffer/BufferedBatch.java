package io.github.otlpboot.buffer;

import io.github.otlpboot.model.Batch;

/**
 * A batch that a buffer has accepted.
 *
 * @param acceptedAt when, in milliseconds since the epoch
 * @param batch the batch, whose payload belongs to whoever has drained it
 */
public record BufferedBatch(long acceptedAt, Batch batch) {

}
