/**
 * Measures whole applications, in processes of their own: what they deliver to a sink in
 * another process, how fast they catch up, and what it costs to have the starter.
 */
@NullMarked
package io.github.otlpboot.benchmark.application;

import org.jspecify.annotations.NullMarked;
