package io.github.otlpboot.benchmark.report;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Figure;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one run of an experiment, and where they come from.
 *
 * @param experiment the name of the experiment
 * @param date when it ran, as in {@code 2026-11-27}
 * @param machine JDK, operating system and cores
 * @param command what was typed
 * @param method forks, iterations and the like
 * @param baseline the subject that the others are compared with, if any
 * @param figures the figures in the order of the table
 */
public record Results(String experiment, String date, String machine, String command, String method,
		@Nullable String baseline, List<Figure> figures) {

}
