/**
 * Runs the experiments, keeps their figures and writes the tables of docs/BENCHMARKS.md.
 */
@NullMarked
package io.github.otlpboot.benchmark.report;

import org.jspecify.annotations.NullMarked;
