package io.github.otlpboot.sample.page;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page over the end of the application and the next one in the same directory.
 */
class RestartTests {

	@TempDir
	private Path directory;

	private @Nullable Browser browser;

	private @Nullable Sample sample;

	@BeforeEach
	void start() throws IOException {
		Browser.assumeInstalled();
		this.browser = Browser.start(this.directory);
	}

	@AfterEach
	void stop() {
		if (this.sample != null) {
			this.sample.close();
		}
		if (this.browser != null) {
			this.browser.close();
		}
	}

	@Test
	@DisplayName("What a run has lost is obvious, the end of the application too, and the next run begins with lost = 0")
	void lossesBelongToTheRunThatHadThem() throws IOException {
		Browser page = this.browser;
		Sample first = Sample.start(this.directory.resolve("storage"), 0, 0);
		this.sample = first;
		int port = first.port();
		// Another port would be another destination, with other data
		int collectorPort = first.collector().port();
		page.size(1280, 1600, 1);
		page.visit(first.url());
		page.untilShown("#hero-title", "Up, nothing lost");
		page.click("[data-mode=bad-request]");
		// The figures are of the last second, the status is of now
		page.untilShown("#hero-title", "Data loss: [1-9][0-9,]* items? lost in this run");
		page.untilShown("#node-collector [data-tag]", "LOST [1-9][0-9,]*");
		assertThat(page.script("return document.querySelector('#ledger [data-figure=lost]').dataset.alarm").asString())
			.isEqualTo("lost");
		first.collector().stop();
		page.untilShown("#node-disk [data-note]", ".* the oldest .*");
		String losses = first.line().replaceAll(".*, lost (\\d+), .*", "$1");

		first.close();
		page.untilShown("#offline",
				"The application does not answer; the page tries again every second. The figures below are from .*");
		page.untilShown("#hero-title", "No answer");

		Sample second = Sample.start(this.directory.resolve("storage"), port, collectorPort);
		this.sample = second;
		page.untilShown("#offline", "");
		page.untilShown("#hero-title", "Up, nothing lost");
		page.untilShown("#balance",
				"[0-9,]+ accepted \\+ [0-9,]+ left by earlier runs = [0-9,]+ delivered \\+ [0-9,]+ pending \\+ 0 lost\\.");
		assertThat(page.text("#earlier").replace(",", ""))
			.isEqualTo("Earlier runs in the same directory lost " + losses + " items; they are not counted here.");
		assertThat(second.line()).matches("accepted \\d+ \\(and \\d+ left by earlier runs\\), delivered \\d+, "
				+ "pending \\d+, lost 0 \\(earlier runs " + losses + "\\), breaker .*");
	}

}
