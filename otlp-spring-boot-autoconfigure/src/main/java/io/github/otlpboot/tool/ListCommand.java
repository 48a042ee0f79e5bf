package io.github.otlpboot.tool;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Cursor;
import io.github.otlpboot.storage.CursorView;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.SlotView;

/**
 * Says what is stored. Payloads are not read. Not thread-safe.
 */
final class ListCommand {

	private final Appendable out;

	private final Clock clock;

	private final Disk disk;

	private final LockTable locks;

	ListCommand(Appendable out, Clock clock, Disk disk, LockTable locks) {
		this.out = out;
		this.clock = clock;
		this.disk = disk;
		this.locks = locks;
	}

	int run(List<SlotView> slots, List<Signal> signals) throws IOException {
		boolean wrong = false;
		for (SlotView slot : slots) {
			line(0, slot.name() + ": " + owner(slot) + ", " + this.locks.describe(slot.lock())
					+ created(slot.createdAt()));
			for (Signal signal : signals) {
				LogSummary log = new LogScan(this.disk, slot, signal, false, this.locks.isHeld(slot.lock()),
						LogScan.RecordHandler.NONE)
					.scan();
				print(signal, log);
				wrong |= !log.problems().isEmpty();
			}
		}
		return wrong ? 1 : 0;
	}

	private static String owner(SlotView slot) {
		SlotOwner owner = slot.owner();
		if (owner == null) {
			return String.valueOf(slot.problem());
		}
		return "application " + owner.application() + ", destinations " + Long.toHexString(owner.destinationsHash());
	}

	private void print(Signal signal, LogSummary log) throws IOException {
		if (log.isEmpty()) {
			return;
		}
		line(1, signal.id() + ": " + count(log.segments().size(), "segment") + ", " + count(log.records(), "record")
				+ ", " + signal.items(log.items()) + ", " + log.bytes() + " bytes");
		for (SegmentSummary segment : log.segments()) {
			line(2, segment.file().getFileName() + ": records " + segment.firstSequence() + " to "
					+ segment.lastSequence() + ", " + signal.items(segment.items()) + ", " + segment.size() + " bytes"
					+ created(segment.createdAt()));
		}
		for (CursorView cursor : log.cursors()) {
			line(2, "cursor of " + cursor.destination() + ": " + describe(cursor, signal, log));
		}
		for (String problem : log.problems()) {
			line(2, "! " + problem);
		}
	}

	private static String describe(CursorView view, Signal signal, LogSummary log) {
		Cursor cursor = view.cursor();
		if (cursor == null) {
			return "not known, because " + view.problem();
		}
		Map<String, Long> lost = new TreeMap<>();
		for (Map.Entry<LossReason, Long> entry : cursor.lost().entrySet()) {
			lost.put(entry.getKey().id(), entry.getValue());
		}
		if (view.otherLost() > 0) {
			lost.put("other", view.otherLost());
		}
		long pending = log.pendingItems(cursor);
		return ((pending < 0) ? "an unknown number of " + signal.itemName() : signal.items(pending)) + " pending in "
				+ number(log.pendingBytes(cursor)) + " bytes after record " + cursor.acknowledged() + ", "
				+ cursor.delivered() + " delivered, lost " + (lost.isEmpty() ? "0" : lost.toString());
	}

	private static String count(long count, String noun) {
		return count + " " + noun + ((count == 1) ? "" : "s");
	}

	private static String number(long value) {
		return (value < 0) ? "an unknown number of" : Long.toString(value);
	}

	private String created(long createdAt) {
		if (createdAt == 0) {
			return "";
		}
		Duration age = Duration.ofMillis(Math.max(0, this.clock.millis() - createdAt)).truncatedTo(ChronoUnit.SECONDS);
		return ", created " + Instant.ofEpochMilli(createdAt) + " (" + describe(age) + " ago)";
	}

	private static String describe(Duration age) {
		if (age.toDays() > 0) {
			return age.toDays() + " d " + age.toHoursPart() + " h";
		}
		if (age.toHours() > 0) {
			return age.toHours() + " h " + age.toMinutesPart() + " min";
		}
		return (age.toMinutes() > 0) ? age.toMinutes() + " min " + age.toSecondsPart() + " s" : age.toSeconds() + " s";
	}

	private void line(int level, String text) throws IOException {
		this.out.append("  ".repeat(level)).append(text).append('\n');
	}

}
