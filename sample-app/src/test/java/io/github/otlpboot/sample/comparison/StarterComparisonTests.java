package io.github.otlpboot.sample.comparison;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The comparison, with an outage of five seconds unless {@code -Dcomparison.outage} says
 * otherwise, and two seconds until a kill unless {@code -Dcomparison.kill} does. The
 * table goes to the standard output and to {@code target/comparison.md}; how fast
 * anything was is printed, never asserted.
 */
@Tag("processes")
class StarterComparisonTests {

	private static final Path TARGET = Path.of("target");

	@Test
	@DisplayName("Where Spring Boot's starter may lose spans, this one delivers all")
	void burstAndOutageLoseNothingAndResourceIsSentOnce() throws Exception {
		Duration outage = DurationStyle.detectAndParse(System.getProperty("comparison.outage", "5s"));
		Duration kill = DurationStyle.detectAndParse(System.getProperty("comparison.kill", "2s"));
		Map<Starter, Figures> figures = new StarterComparison(outage, kill, TARGET.resolve("comparison")).run();
		String table = ComparisonTable.of(figures, outage, kill);
		Files.writeString(TARGET.resolve("comparison.md"), table);
		System.out.println(table);
		Figures boot = figures.get(Starter.SPRING_BOOT);
		Figures ours = figures.get(Starter.THIS);
		assertThat(ours.burst().arrived()).isEqualTo(StarterComparison.BURST);
		assertThat(boot.burst().arrived()).isBetween(1L, (long) StarterComparison.BURST);
		assertThat(ours.outage().made()).isEqualTo(outage.toSeconds() * Workload.SPANS_PER_SECOND);
		assertThat(ours.outage().arrived()).isEqualTo(ours.outage().made());
		assertThat(boot.outage().arrived()).isBetween(1L, (long) boot.outage().made());
		assertThat(ours.kill().arrived()).isEqualTo(StarterComparison.KILLED);
		assertThat(boot.kill().arrived()).as("what is only in memory is gone").isZero();
		// Both have sent the same, so that the sizes can be compared
		assertThat(ours.request().spans()).isEqualTo(boot.request().spans()).isEqualTo(102);
		assertThat(ours.request().requests()).isEqualTo(boot.request().requests()).isEqualTo(1);
		assertThat(ours.request().resources()).isEqualTo(1);
		assertThat(ours.request().bytes()).isLessThanOrEqualTo(boot.request().bytes());
	}

}
