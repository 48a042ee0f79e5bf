/**
 * Binds {@code application.yml} to the pipeline.
 */
@NullMarked
package io.github.otlpboot.autoconfigure;

import org.jspecify.annotations.NullMarked;
