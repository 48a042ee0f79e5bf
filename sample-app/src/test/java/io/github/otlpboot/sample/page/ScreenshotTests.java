package io.github.otlpboot.sample.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Makes the pictures of README. Two minutes long, so that the charts have something to
 * show: {@code -Dscreenshots=<directory> -Dtest=ScreenshotTests}.
 */
@EnabledIfSystemProperty(named = "screenshots", matches = ".+")
class ScreenshotTests {

	private static final int MAX_LENGTH = 150_000;

	@TempDir
	private Path directory;

	@Test
	void takesThePicturesOfReadme() throws IOException {
		Browser.assumeInstalled();
		Path target = Path.of(System.getProperty("screenshots"));
		try (Browser browser = Browser.start(this.directory);
				Sample sample = Sample.start(this.directory.resolve("storage"), 0, 0)) {
			browser.size(1280, 900, 1);
			browser.visit(sample.url());
			untilSeconds(browser, 25);
			sample.collector().stop();
			untilSeconds(browser, 50);
			sample.collector().start();
			untilSeconds(browser, 85);
			sample.collector().stop();
			untilSeconds(browser, 108);
			browser.size(1280, browser.script("return document.documentElement.scrollHeight").asInt(), 1);
			settle(browser);
			take(browser, target.resolve("outage.png"));
			browser.prefer("prefers-color-scheme", "dark");
			settle(browser);
			take(browser, target.resolve("outage-dark.png"));
			browser.prefer("prefers-color-scheme", "light");
			browser.size(360, 780, 2);
			browser.visit(sample.url());
			settle(browser);
			take(browser, target.resolve("outage-phone.png"));
		}
	}

	private static void untilSeconds(Browser browser, int seconds) {
		await().atMost(Duration.ofMinutes(3))
			.pollInterval(Duration.ofSeconds(1))
			.until(() -> secondsOfRun(browser) >= seconds);
	}

	private static int secondsOfRun(Browser browser) {
		String text = browser.text("#run").replaceAll("[^0-9 ]", "").trim();
		String[] parts = text.split(" +");
		return (parts.length == 1) ? Integer.parseInt("0" + parts[0])
				: Integer.parseInt(parts[0]) * 60 + Integer.parseInt(parts[1]);
	}

	/** Two more rounds of figures, so that everything has its new size. */
	private static void settle(Browser browser) {
		String run = "#run";
		for (int round = 0; round < 2; round++) {
			String before = browser.text(run);
			await().until(() -> !browser.text(run).equals(before));
		}
	}

	private static void take(Browser browser, Path file) throws IOException {
		new SmallPicture(browser.screenshot()).write(file);
		assertThat(Files.size(file)).as(file.toString()).isLessThan(MAX_LENGTH);
	}

}
