/**
 * One line every few seconds: what was accepted, and what has arrived.
 */
@NullMarked
package io.github.otlpboot.sample.status;

import org.jspecify.annotations.NullMarked;
