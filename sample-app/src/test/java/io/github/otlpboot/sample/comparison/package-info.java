/**
 * Measures this starter against Spring Boot's own: the same application in a process of
 * its own, the same collector, the same work.
 */
@NullMarked
package io.github.otlpboot.sample.comparison;

import org.jspecify.annotations.NullMarked;
