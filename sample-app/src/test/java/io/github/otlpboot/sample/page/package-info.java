/**
 * The page as a person uses it, in a real browser.
 */
@NullMarked
package io.github.otlpboot.sample.page;

import org.jspecify.annotations.NullMarked;
