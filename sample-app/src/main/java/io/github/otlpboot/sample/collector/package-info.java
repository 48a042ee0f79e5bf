/**
 * A real OTLP/HTTP server to look into and to break. It knows nothing of Spring.
 */
@NullMarked
package io.github.otlpboot.sample.collector;

import org.jspecify.annotations.NullMarked;
