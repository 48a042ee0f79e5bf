package io.github.otlpboot.exporter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * A Logback appender that turns log events into OpenTelemetry log records. Until it
 * {@linkplain #install is given} a logger provider it keeps the first events, and then
 * replays them before all that come later, so that the lines of start-up are not lost.
 * <p>
 * Events of the exporting itself are left out: each would cause the next one, for ever.
 * <p>
 * Thread-safe. One private lock guards the queue, the providers that wait and the
 * decision between queue and provider; records are made outside of it. What making a
 * record throws stays here.
 */
public final class OtlpLogbackAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

	/** The most events that are kept until there is a logger provider. */
	static final int MAX_EARLY_EVENTS = 1000;

	private static final int MAX_TOLD_FAILURES = 3;

	private final LogEventFilter filter = new LogEventFilter();

	/** Set while this thread makes a record: what is logged by that is left out. */
	private final ThreadLocal<Boolean> recording = new ThreadLocal<>();

	private final AtomicLong failures = new AtomicLong();

	private final Object lock = new Object();

	private final Queue<ILoggingEvent> early = new ArrayDeque<>();

	private int droppedEarly;

	/** Of other applications in this process that run on, the latest first. */
	private final Deque<LoggerProvider> before = new ArrayDeque<>();

	private volatile @Nullable LoggerProvider target;

	/**
	 * Replay what was kept, then turn every event into a record at once. A provider that
	 * was there already waits until this one {@linkplain #uninstall is gone}.
	 * @param provider makes the records
	 * @return how many of the first events were dropped, because there were more than
	 * could be kept; told once
	 */
	public int install(LoggerProvider provider) {
		List<ILoggingEvent> events = takeEarly(provider);
		while (!events.isEmpty()) {
			events.forEach((event) -> record(event, provider, Context.root()));
			events = takeEarly(provider);
		}
		synchronized (this.lock) {
			int dropped = this.droppedEarly;
			this.droppedEarly = 0;
			return dropped;
		}
	}

	// Events that come during a replay queue up behind it. The provider takes over when
	// nothing waits any more, so no event overtakes an earlier one.
	private List<ILoggingEvent> takeEarly(LoggerProvider provider) {
		synchronized (this.lock) {
			List<ILoggingEvent> events = new ArrayList<>(this.early);
			this.early.clear();
			if (events.isEmpty()) {
				if (this.target != null && this.target != provider) {
					this.before.push(this.target);
				}
				this.target = provider;
			}
			return events;
		}
	}

	/**
	 * Make no more records of a provider. The one that was there before it takes over.
	 * @param provider the provider, installed or waiting
	 * @return whether there still is one
	 */
	public boolean uninstall(LoggerProvider provider) {
		synchronized (this.lock) {
			this.before.remove(provider);
			if (this.target == provider) {
				this.target = this.before.poll();
			}
			return this.target != null;
		}
	}

	/**
	 * Return whether events become records at once.
	 * @return {@code false} while they are kept
	 */
	public boolean isInstalled() {
		return this.target != null;
	}

	/**
	 * Return whether events become records of a certain provider.
	 * @param provider the provider
	 * @return {@code false} if another one has been installed since
	 */
	public boolean isInstalledWith(LoggerProvider provider) {
		return this.target == provider;
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (this.recording.get() != null || !this.filter.permits(event)) {
			return;
		}
		LoggerProvider provider = this.target;
		if (provider == null) {
			provider = keep(event);
		}
		if (provider != null) {
			record(event, provider, Context.current());
		}
	}

	private @Nullable LoggerProvider keep(ILoggingEvent event) {
		event.prepareForDeferredProcessing();
		synchronized (this.lock) {
			if (this.target == null) {
				if (this.early.size() < MAX_EARLY_EVENTS) {
					this.early.add(event);
				}
				else {
					this.droppedEarly++;
				}
			}
			return this.target;
		}
	}

	private void record(ILoggingEvent event, LoggerProvider provider, Context context) {
		this.recording.set(Boolean.TRUE);
		try {
			LogEventRecord.emit(event, provider, context);
		}
		catch (RuntimeException ex) {
			tell(ex);
		}
		finally {
			this.recording.remove();
		}
	}

	// As often as Logback tells of an appender that throws: what fails for one line may
	// fail for every other.
	private void tell(RuntimeException failure) {
		if (this.failures.getAndIncrement() < MAX_TOLD_FAILURES) {
			addError("A log event could not be turned into a record", failure);
		}
	}

}
