package io.github.otlpboot.sample.page;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.otlpboot.sample.collector.CollectorMode;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page at {@code /} as a person uses it, with mouse or keyboard, on a desk or on a
 * phone.
 */
@Tag("processes")
class PageTests {

	private static final String TAB = "\uE004";

	private static final String ENTER = "\uE007";

	private static final String SPACE = " ";

	private static final String RIGHT = "\uE014";

	@TempDir
	private static Path directory;

	private static Browser browser;

	private static Sample sample;

	@BeforeAll
	static void start() throws IOException {
		Browser.assumeInstalled();
		browser = Browser.start(directory);
		sample = Sample.start(directory.resolve("storage"), 0, 0,
				"--otlp.forwarder.circuit-breaker.failure-threshold=2",
				"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=2s",
				"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=2s",
				"--management.otlp.metrics.export.step=2s");
	}

	@AfterAll
	static void stop() {
		if (sample != null) {
			sample.close();
		}
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void visit() {
		browser.size(1280, 1600, 1);
		browser.prefer("prefers-color-scheme", "light");
		browser.visit(sample.url());
		browser.complaints();
		browser.untilShown("#ledger [data-signal=all] [data-figure=accepted]", "[0-9,]+");
	}

	@AfterEach
	void mend() throws IOException {
		sample.collector().mode(CollectorMode.OK);
		sample.collector().start();
		sample.load().start(URI.create(sample.url()));
	}

	@Test
	@DisplayName("A person stops the collector, sees the backlog grow, starts it, and sees it drain with nothing lost")
	void outage() {
		browser.click("#toggle");
		browser.untilShown("#node-collector [data-tag]", "STOPPED");
		browser.untilShown("#node-breaker [data-tag]", "OPEN");
		browser.untilShown("#breakers li:first-child b", "OPEN");
		browser.untilShown("#hero-title", "Degraded, nothing lost");
		browser.untilShown("#hero-text", "Collector unreachable for .*; everything stored.*");
		assertThat(browser.script("return document.getElementById('wire-breaker').dataset.flow").asString())
			.isEqualTo("cut");
		int pending = figure("all", "pending");
		wait(20).until(() -> figure("all", "pending") > pending + 100);
		browser.untilShown("#node-disk [data-note]", ".*the oldest.*");
		sample.load().close();

		browser.click("#toggle");
		browser.untilShown("#toggle", "Stop it");
		browser.untilShown("#breakers", "Spans\\s+CLOSED\\s+Metrics\\s+CLOSED\\s+Logs\\s+CLOSED");
		wait(30).until(() -> figure("all", "pending") == 0 && figure("all", "received") > pending);
		assertThat(figure("all", "lost")).isZero();
		// Both sides count the same, down to each signal
		for (String signal : List.of("traces", "metrics", "logs")) {
			wait(20).untilAsserted(() -> assertThat(figure(signal, "received")).as(signal)
				.isEqualTo(figure(signal, "delivered"))
				.isEqualTo(figure(signal, "accepted")));
		}
		// The application measures itself without load too, and what it exports is
		// pending for a moment
		browser.untilShown("#balance", "[0-9,]+ accepted = [0-9,]+ delivered \\+ 0 pending \\+ 0 lost\\.");
		assertThat(browser.label("#chart-levels .plot")).matches("Pending [0-9,]+ items, between 0 and [0-9,]+ .*");
		assertThat(browser.label("#chart-breakers .strip")).matches("Spans: .* now, opened (once|\\d times) .*");
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void keyboardAloneIsEnough() {
		// Each is said for a moment only, until the next one is
		browser.script("""
				window.spoken = [];
				const announcer = document.getElementById('announcer');
				new MutationObserver(() => window.spoken.push(announcer.textContent))
					.observe(announcer, { childList: true, characterData: true, subtree: true });""");
		browser.press(TAB);
		assertThat(focused()).isEqualTo("Skip to the collector's buttons");
		assertThat(browser.script("return document.activeElement.getBoundingClientRect().top").asInt()).isPositive();
		browser.press(ENTER);
		browser.press(TAB);
		assertThat(focused()).isEqualTo("Stop it");
		assertThat(browser
			.script("const style = getComputedStyle(document.activeElement);"
					+ "return style.outlineStyle + ' ' + style.outlineWidth")
			.asString()).isEqualTo("solid 2px");
		browser.press(SPACE);
		wait(20).until(() -> !sample.collector().status().running());
		browser.untilShown("#toggle", "Start it");
		assertThat(focused()).isEqualTo("Start it");
		wait(20).until(() -> spoken().contains("Collector stopped"));
		// The figures may tell of it before the button has its answer, and is at work
		// until then
		wait(20).until(() -> browser.script("return document.activeElement.getAttribute('aria-busy')").isNull());
		browser.press(ENTER);
		wait(20).until(() -> sample.collector().status().running());
		wait(20).until(() -> focused().equals("Stop it"));
		browser.press(TAB, TAB, TAB);
		assertThat(focused()).isEqualTo("Failing 503");
		browser.press(SPACE);
		wait(20).until(() -> sample.collector().mode() == CollectorMode.UNAVAILABLE);
		wait(20).until(() -> browser.script("return document.activeElement.getAttribute('aria-pressed')")
			.asString()
			.equals("true"));
		browser.untilShown("#mode-help", "Answers 503: .*");
		browser.press(TAB, TAB, TAB);
		assertThat(browser.script("return document.activeElement.value").asString()).isEqualTo("all");
		browser.press(RIGHT);
		assertThat(browser.script("return document.querySelector('#signals :checked').value").asString())
			.isEqualTo("traces");
		browser.press(TAB, ENTER);
		browser.untilShown("#figures tbody tr:first-child", "\\d\\d:\\d\\d:\\d\\d .*");
	}

	@Test
	void everyModeIsShown() {
		for (CollectorMode mode : List.of(CollectorMode.SLOW, CollectorMode.THROTTLED, CollectorMode.OK)) {
			browser.click("[data-mode=" + mode.id() + "]");
			wait(20).until(() -> sample.collector().mode() == mode);
			browser.untilShown("[data-mode=" + mode.id() + "][aria-pressed=true]", ".*(3 s|429|200)");
		}
	}

	@Test
	@DisplayName("At 360 pixels nothing has to be scrolled sideways, and every button is big enough for a finger")
	void phone() {
		browser.size(360, 740, 2);
		browser.visit(sample.url());
		sample.collector().stop();
		browser.untilShown("#node-breaker [data-tag]", "OPEN");
		assertThat(browser.script("return document.documentElement.scrollWidth").asInt()).isEqualTo(360);
		assertThat(browser.script("""
				return [...document.querySelectorAll('body *')]
					.filter((element) => !element.closest('.visually-hidden, thead, .scroll'))
					.filter((element) => element.getBoundingClientRect().right > 360.5)
					.map((element) => element.outerHTML.slice(0, 80))""")).isEmpty();
		assertThat(browser.script("""
				return [...document.querySelectorAll('button')]
					.map((element) => element.getBoundingClientRect())
					.filter((box) => box.height < 44 || box.width < 44).length""").asInt()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	@DisplayName("Every text has the contrast that WCAG AA asks for, during an outage too")
	void contrast(String scheme) {
		browser.prefer("prefers-color-scheme", scheme);
		browser.visit(sample.url());
		sample.collector().stop();
		browser.untilShown("#node-breaker [data-tag]", "OPEN");
		browser.untilShown("#hero-title", "Degraded, nothing lost");
		assertThat(browser.script("return matchMedia('(prefers-color-scheme: dark)').matches").asBoolean())
			.isEqualTo(scheme.equals("dark"));
		JsonNode weak = browser.script(Contrast.SCRIPT);
		assertThat(weak).as("texts with too little contrast").isEmpty();
		assertThat(browser.script("return getComputedStyle(document.body).backgroundColor").asString())
			.isEqualTo(scheme.equals("dark") ? "rgb(14, 17, 22)" : "rgb(244, 245, 247)");
	}

	@Test
	void whoPrefersLittleMotionSeesNone() {
		String flowAndAnimations = "return document.getElementById('wire-application').dataset.flow + ' '"
				+ "+ document.getAnimations().filter((a) => a.playState === 'running').length";
		wait(30).until(() -> browser.script(flowAndAnimations).asString().matches("on [1-9].*"));
		browser.prefer("prefers-reduced-motion", "reduce");
		// It flows all the same
		wait(30).until(() -> browser.script(flowAndAnimations).asString().equals("on 0"));
	}

	@Test
	void nothingIsLoadedFromElsewhere() {
		JsonNode loaded = browser.script("return performance.getEntriesByType('resource').map((entry) => entry.name)");
		assertThat(loaded).hasSizeGreaterThan(15)
			.allSatisfy((url) -> assertThat(url.asString()).startsWith(sample.url()));
		assertThat(loaded).extracting(JsonNode::asString).anyMatch((url) -> url.contains("/webjars/uplot/"));
		// The policy is at work: a style in an attribute is refused, and complained about
		assertThat(browser.complaints()).isEmpty();
		browser.script("document.body.setAttribute('style', 'color: red')");
		assertThat(wait(20).until(browser::complaints, (complaints) -> !complaints.isEmpty())).singleElement()
			.asString()
			.contains("Content Security Policy");
	}

	@Test
	void chartsAreFullAgainAfterAReload() {
		String drawn = """
				return [...document.querySelectorAll('.strip rect')]
					.reduce((sum, bar) => sum + bar.width.baseVal.value, 0)""";
		// The scale may change meanwhile, from two minutes to five
		double before = wait(30).until(() -> browser.script(drawn).asDouble(), (width) -> width > 100);
		browser.visit(sample.url());
		browser.untilShown("#hero-title", "(Up|Degraded), nothing lost");
		assertThat(browser.script(drawn).asDouble()).isGreaterThan(before / 3);
	}

	private static String focused() {
		return browser.script("return document.activeElement.textContent.trim()").asString();
	}

	private static String spoken() {
		return browser.script("return window.spoken.join(' ')").asString();
	}

	private static int figure(String signal, String figure) {
		return Integer.parseInt(browser
			.script("return document.querySelector('#ledger [data-signal=%s] [data-figure=%s]').textContent"
				.formatted(signal, figure))
			.asString()
			.replace(",", ""));
	}

	private static ConditionFactory wait(int seconds) {
		return await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(100));
	}

}
