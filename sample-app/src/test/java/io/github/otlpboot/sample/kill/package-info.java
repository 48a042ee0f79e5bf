/**
 * Kills the sample application and looks at what arrives.
 */
@NullMarked
package io.github.otlpboot.sample.kill;

import org.jspecify.annotations.NullMarked;
