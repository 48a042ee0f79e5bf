/**
 * What tests of an application see of the library: nothing is stored and nothing is sent
 * unless they ask for it.
 */
@NullMarked
package io.github.otlpboot.test;

import org.jspecify.annotations.NullMarked;
