/**
 * Looks into a storage directory from outside the application that fills it, with the JDK
 * alone.
 */
@NullMarked
package io.github.otlpboot.tool;

import org.jspecify.annotations.NullMarked;
