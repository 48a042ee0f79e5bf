/**
 * Auto-configuration of log records.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.logs;

import org.jspecify.annotations.NullMarked;
