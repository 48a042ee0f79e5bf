/**
 * Auto-configuration of spans.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.traces;

import org.jspecify.annotations.NullMarked;
