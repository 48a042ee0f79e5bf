/**
 * What every other package speaks of: signals, batches of serialized telemetry, the two
 * ports they pass through, and a reader of protobuf requests that never decodes them.
 */
@NullMarked
package io.github.otlpboot.model;

import org.jspecify.annotations.NullMarked;
