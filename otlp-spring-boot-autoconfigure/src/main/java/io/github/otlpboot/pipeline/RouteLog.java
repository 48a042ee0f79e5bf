package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.forwarder.RouteListener;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the console what an operator wants to know of one route: that it stopped
 * delivering, every ten minutes that it still does not, that it delivers again and how
 * far a large backlog has come, and what was lost. Never more than that, and never a
 * stack trace.
 * <p>
 * Called by the forwarder's thread only.
 */
final class RouteLog implements RouteListener {

	private static final Logger logger = LoggerFactory.getLogger(RouteLog.class);

	private static final Duration STILL_FAILING = Duration.ofMinutes(10);

	private static final Duration BETWEEN_LOSSES = Duration.ofMinutes(1);

	/** Answers of a server that does not know the path. */
	private static final Set<String> WRONG_PATH = Set.of("404", "405");

	private final String url;

	private final PipelineTime time;

	private final LogLimit stillFailing;

	private final LogLimit lossLimit;

	private final LogLimit warningLimit;

	/** What is left of an outage, {@code null} unless that is much. */
	private @Nullable BacklogProgress progress;

	private long lostSinceLogged;

	/**
	 * Create a log of a route.
	 * @param url where the route leads, without anything secret
	 * @param time tells the time
	 */
	RouteLog(String url, PipelineTime time) {
		this.url = url;
		this.time = time;
		this.stillFailing = new LogLimit(STILL_FAILING);
		this.lossLimit = new LogLimit(BETWEEN_LOSSES);
		this.warningLimit = new LogLimit(STILL_FAILING);
	}

	@Override
	public void onAttempt(Route route, SendResult result, long attemptNanos) {
		SendFailure failure = result.failure();
		if (failure == null) {
			if (result instanceof SendResult.Partial partial && this.warningLimit.permits(now())) {
				logger.warn("{} took {} with a remark: {} rejected; {}", route.destination(), route.signal().id(),
						route.signal().items(partial.rejected()), partial.message());
			}
			tellProgress(route);
			return;
		}
		boolean delivering = result instanceof SendResult.Rejected || result instanceof SendResult.TooLarge;
		if (!delivering && this.stillFailing.permits(now())) {
			RouteStatus status = route.status();
			logger.warn("{} does not take {}: {}; {} kept, next attempt {}", route.destination(), route.signal().id(),
					describe(failure), route.signal().items(status.backlog().items()), nextAttempt(status));
		}
	}

	@Override
	public void onStateChange(Route route, RouteState from, RouteState to) {
		boolean failed = from == RouteState.RETRYING || from == RouteState.PAUSED;
		if (to == RouteState.DELIVERING && failed) {
			RouteStatus status = route.status();
			long age = status.backlog().isEmpty() ? 0 : ageSeconds(status);
			logger.info("{} takes {} again; {} to deliver, the oldest {} s old", route.destination(),
					route.signal().id(), route.signal().items(status.backlog().items()), age);
			this.stillFailing.reset();
			this.progress = BacklogProgress.of(status.backlog().items(), now());
		}
		else {
			this.progress = null;
		}
	}

	@Override
	public void onLoss(Route route, int items, LossReason reason) {
		this.lostSinceLogged += items;
		if (reason != LossReason.SHUTDOWN && this.lossLimit.permits(now())) {
			logger.warn("{} lost on the way to {} ({}); the last failures are at the otlp endpoint",
					route.signal().items(this.lostSinceLogged), route.destination(), reason.id());
			this.lostSinceLogged = 0;
		}
	}

	private void tellProgress(Route route) {
		if (this.progress != null) {
			long left = route.status().backlog().items();
			String text = this.progress.report(left, now());
			if (text != null) {
				logger.info("{} takes {}: {} left to deliver, {}", route.destination(), route.signal().id(),
						route.signal().items(left), text);
			}
			if (left == 0) {
				this.progress = null;
			}
		}
	}

	// Rounded up: what is due within a second is not due in "0 s".
	private String nextAttempt(RouteStatus status) {
		long millis = status.nextAttempt() - this.time.clock().millis();
		return (millis > 0) ? "in " + (millis + 999) / 1000 + " s" : "at once";
	}

	private long ageSeconds(RouteStatus status) {
		return Math.max(0, this.time.clock().millis() - status.backlog().oldestAcceptedAt()) / 1000;
	}

	private long now() {
		return this.time.nanos().getAsLong();
	}

	private String describe(SendFailure failure) {
		StringBuilder text = new StringBuilder();
		if (failure.status() != null) {
			text.append("it answers ").append(failure.status());
			if (WRONG_PATH.contains(failure.status())) {
				text.append(" at ").append(this.url);
			}
		}
		else {
			text.append(failure.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
		}
		if (failure.message() != null && !failure.message().isEmpty()) {
			text.append(" (").append(failure.message()).append(')');
		}
		return text.toString();
	}

}
