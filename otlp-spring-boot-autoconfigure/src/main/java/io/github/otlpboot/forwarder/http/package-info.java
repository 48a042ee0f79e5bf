/**
 * OTLP over HTTP, with the HTTP client of the JDK.
 */
@NullMarked
package io.github.otlpboot.forwarder.http;

import org.jspecify.annotations.NullMarked;
