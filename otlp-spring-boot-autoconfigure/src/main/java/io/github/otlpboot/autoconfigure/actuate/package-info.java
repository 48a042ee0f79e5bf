/**
 * Auto-configuration of health and endpoint.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
