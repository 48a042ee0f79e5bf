/**
 * Brings accepted batches to their destinations: routes, batching up, retries, and the
 * port that transports implement.
 */
@NullMarked
package io.github.otlpboot.forwarder;

import org.jspecify.annotations.NullMarked;
