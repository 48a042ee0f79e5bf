/**
 * The log on disk: accepted batches are appended to it, routes read it, and it survives a
 * killed process.
 */
@NullMarked
package io.github.otlpboot.storage;

import org.jspecify.annotations.NullMarked;
