package io.github.otlpboot.forwarder;

/**
 * A failure and when it happened.
 *
 * @param at when, in milliseconds since the epoch
 * @param failure what happened
 * @param consecutive how many attempts in a row had failed by then
 */
public record FailureRecord(long at, SendFailure failure, long consecutive) {

}
