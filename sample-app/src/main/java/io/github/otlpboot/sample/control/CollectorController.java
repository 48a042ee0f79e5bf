package io.github.otlpboot.sample.control;

import java.io.IOException;

import io.github.otlpboot.sample.collector.CollectorMode;
import io.github.otlpboot.sample.collector.CollectorStatus;
import io.github.otlpboot.sample.collector.EmbeddedCollector;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the collector, and breaks and mends it. Every answer is the status afterwards,
 * the items themselves only where the status is asked for.
 */
@RestController
@RequestMapping("/collector")
class CollectorController {

	private final EmbeddedCollector collector;

	CollectorController(EmbeddedCollector collector) {
		this.collector = collector;
	}

	@GetMapping
	CollectorStatus status() {
		return this.collector.status();
	}

	@PostMapping("/stop")
	CollectorStatus stop() {
		this.collector.stop();
		return this.collector.status().withoutItems();
	}

	@PostMapping("/start")
	CollectorStatus start() {
		try {
			this.collector.start();
		}
		catch (IOException ex) {
			throw problem(HttpStatus.CONFLICT,
					"The collector cannot listen on port " + this.collector.port() + ": " + ex.getMessage());
		}
		return this.collector.status().withoutItems();
	}

	@PostMapping("/mode/{mode}")
	CollectorStatus mode(@PathVariable String mode) {
		this.collector.mode(CollectorMode.of(mode)
			.orElseThrow(() -> problem(HttpStatus.BAD_REQUEST, "The mode must be one of " + CollectorMode.ids())));
		return this.collector.status().withoutItems();
	}

	private static ErrorResponseException problem(HttpStatus status, String detail) {
		return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
	}

}
