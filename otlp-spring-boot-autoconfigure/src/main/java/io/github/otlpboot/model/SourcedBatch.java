package io.github.otlpboot.model;

/**
 * A batch on its way to a destination.
 *
 * @param sequence its place in the order of acceptance, rising by at least one from batch
 * to batch of a signal
 * @param acceptedAt when it was accepted, in milliseconds since the epoch
 * @param batch the batch, whose payload belongs to the source until it is settled
 */
public record SourcedBatch(long sequence, long acceptedAt, Batch batch) {

}
