/**
 * Starts the collector with the application, ends it last, and lets a person break it.
 */
@NullMarked
package io.github.otlpboot.sample.control;

import org.jspecify.annotations.NullMarked;
