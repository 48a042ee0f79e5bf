package io.github.otlpboot.tool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.github.otlpboot.storage.Cursor;
import io.github.otlpboot.storage.CursorView;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.SegmentView;
import io.github.otlpboot.storage.SegmentView.Stretch;
import io.github.otlpboot.storage.SlotView;
import org.jspecify.annotations.Nullable;

/**
 * Goes once over the log of one signal and checks that everything in it fits together:
 * sequences and cumulative counts from record to record, from segment to segment and with
 * the cursors, and payloads with their checksums and numbers of items if asked to.
 * <p>
 * Cursors are read before the segments, so that those of a running application are never
 * ahead of them. A segment that goes in the meantime is no fault. Not thread-safe, used
 * once.
 */
final class LogScan {

	/** More than this nobody reads, and memory would grow with them. */
	private static final int MAX_PROBLEMS = 1000;

	private final Disk disk;

	private final SlotView slot;

	private final Signal signal;

	private final boolean payloads;

	private final boolean inUse;

	private final RecordHandler handler;

	private final List<SegmentSummary> segments = new ArrayList<>();

	private final List<String> problems = new ArrayList<>();

	private long problemCount;

	private List<CursorView> cursors = List.of();

	/** Where the next record belongs; {@code -1} where that is not known. */
	private long sequence = -1;

	private long item = -1;

	private long bytes = -1;

	/** Whether there are unreadable bytes between the last record and the next. */
	private boolean damage;

	/**
	 * Create a scan.
	 * @param disk where the log is
	 * @param slot the slot that it is in
	 * @param signal its signal
	 * @param payloads whether payloads are checked
	 * @param inUse whether an append may be under way at its end
	 * @param handler gets every record
	 */
	LogScan(Disk disk, SlotView slot, Signal signal, boolean payloads, boolean inUse, RecordHandler handler) {
		this.disk = disk;
		this.slot = slot;
		this.signal = signal;
		this.payloads = payloads;
		this.inUse = inUse;
		this.handler = handler;
	}

	/**
	 * Do it.
	 * @return what was found
	 * @throws IOException if a directory cannot be read, or the handler fails
	 */
	LogSummary scan() throws IOException {
		this.cursors = this.slot.cursors(this.disk, this.signal);
		this.cursors.forEach(this::check);
		List<Path> files = this.slot.segments(this.disk, this.signal);
		for (int i = 0; i < files.size(); i++) {
			boolean last = i == files.size() - 1;
			segment(files.get(i), last ? Long.MAX_VALUE : SegmentView.firstSequence(files.get(i + 1)));
		}
		if (!files.isEmpty() && this.slot.problem() != null) {
			problem("META", this.slot.problem());
		}
		if (this.problemCount > this.problems.size()) {
			this.problems.add("and " + (this.problemCount - this.problems.size()) + " more");
		}
		return new LogSummary(this.segments, this.cursors, this.item, this.bytes, this.problems);
	}

	private void check(CursorView view) {
		Cursor cursor = view.cursor();
		if (cursor == null) {
			problem("cursor of " + view.destination(), String.valueOf(view.problem()));
			return;
		}
		long lost = cursor.lost().values().stream().mapToLong(Long::longValue).sum() + view.otherLost();
		if (cursor.items() != cursor.delivered() + lost) {
			problem("cursor of " + view.destination(), "of " + cursor.items() + " settled items, " + cursor.delivered()
					+ " are said to be delivered and " + lost + " lost");
		}
	}

	private void segment(Path file, long nextSegment) throws IOException {
		SegmentView view = open(file);
		if (view == null) {
			this.sequence = -1;
			this.item = -1;
			this.bytes = -1;
			return;
		}
		try (view) {
			String name = String.valueOf(file.getFileName());
			enter(view, name);
			Totals totals = new Totals();
			for (Stretch stretch = next(view, name); stretch != null; stretch = next(view, name)) {
				// What was never acknowledged from here is in the next segment again
				if (!stretch.isRecord()) {
					unreadable(stretch, name, nextSegment, totals);
				}
				else if (stretch.sequence() < nextSegment) {
					add(view, stretch, name, totals);
				}
			}
			this.segments.add(new SegmentSummary(file, view.firstSequence(), this.sequence - 1, view.createdAt(),
					view.size(), totals.records, totals.items, totals.corrupt, totals.damaged, totals.torn));
		}
	}

	private @Nullable SegmentView open(Path file) {
		try {
			return SegmentView.open(this.disk, file, this.signal, this.slot.logId());
		}
		catch (NoSuchFileException ex) {
			// Retention was faster.
			return null;
		}
		catch (IOException ex) {
			problem(String.valueOf(file.getFileName()), String.valueOf(ex.getMessage()));
			return null;
		}
	}

	private @Nullable Stretch next(SegmentView view, String name) {
		try {
			return view.next();
		}
		catch (IOException ex) {
			problem(name, "the rest of it cannot be read: " + ex.getMessage());
			return null;
		}
	}

	private void enter(SegmentView view, String name) {
		long first = view.firstSequence();
		boolean known = this.sequence >= 0;
		if (!view.hasHeader()) {
			problem(name, "its header is damaged, or that of another segment");
		}
		else if (known && first == this.sequence) {
			expect(name, "items", this.item, view.firstItem());
			expect(name, "bytes", this.damage ? -1 : this.bytes, view.firstByte());
		}
		if (known && first > this.sequence) {
			missing(name, first, view.firstItem());
		}
		boolean follows = known && first == this.sequence;
		this.sequence = first;
		this.item = view.hasHeader() ? view.firstItem() : (follows ? this.item : -1);
		this.bytes = view.hasHeader() ? view.firstByte() : (follows ? this.bytes : -1);
		this.damage = false;
	}

	private void unreadable(Stretch stretch, String name, long nextSegment, Totals totals) {
		this.damage = true;
		if (stretch.kind() == Stretch.Kind.DAMAGED) {
			totals.damaged++;
			this.bytes += (this.bytes >= 0) ? stretch.length() : 0;
			problem(name, stretch.length() + " bytes from " + stretch.offset() + " on are damaged");
			return;
		}
		totals.torn += stretch.length();
		boolean last = nextSegment == Long.MAX_VALUE;
		// In any other segment but the last, the next one tells whether something is
		// missing
		if (last && !this.inUse) {
			problem(name, stretch.length() + " bytes at its end are no whole record: "
					+ "an append that was not finished, and so not acknowledged, or damage");
		}
	}

	private void add(SegmentView view, Stretch record, String name, Totals totals) throws IOException {
		if (record.sequence() > this.sequence) {
			missing(name, record.sequence(), record.firstItem());
		}
		else {
			expect(name + ", record " + record.sequence(), "items", this.item, record.firstItem());
		}
		compareWithCursors(record);
		totals.records++;
		totals.items += record.items();
		if (this.payloads && !isWhole(view, record, name)) {
			totals.corrupt++;
		}
		this.sequence = record.sequence() + 1;
		this.item = record.firstItem() + record.items();
		this.bytes += (this.bytes >= 0) ? record.length() : 0;
		this.damage = false;
		this.handler.handle(view, record);
	}

	private void compareWithCursors(Stretch record) {
		for (CursorView view : this.cursors) {
			Cursor cursor = view.cursor();
			if (cursor != null && cursor.acknowledged() + 1 == record.sequence()) {
				expect("cursor of " + view.destination(), "items", record.firstItem(), cursor.items());
			}
		}
	}

	private boolean isWhole(SegmentView view, Stretch record, String name) {
		byte[] payload;
		try {
			payload = view.payload();
		}
		catch (IOException ex) {
			problem(name + ", record " + record.sequence(), "it cannot be read: " + ex.getMessage());
			return false;
		}
		if (payload == null) {
			problem(name + ", record " + record.sequence(), "its checksum does not match");
			return false;
		}
		if (record.kind() == Stretch.Kind.REQUEST) {
			WalkResult result = RequestWalker.count(this.signal, payload, 0, payload.length);
			if (!result.equals(new WalkResult.Counted(record.items()))) {
				problem(name + ", record " + record.sequence(),
						"its header tells of " + record.items() + " items, its payload of " + result);
				return false;
			}
		}
		return true;
	}

	private void missing(String name, long found, long foundItem) {
		long records = found - this.sequence;
		String items = (this.item >= 0 && foundItem >= 0) ? ", " + (foundItem - this.item) + " items," : "";
		problem(name, records + " records from " + this.sequence + " on" + items
				+ (this.damage ? " were in the damaged part before it" : " are missing before it"));
	}

	private void expect(String place, String what, long expected, long actual) {
		if (expected >= 0 && actual >= 0 && expected != actual) {
			problem(place, "it counts " + actual + " " + what + " up to there, but there were " + expected);
		}
	}

	private void problem(String place, String what) {
		this.problemCount++;
		if (this.problems.size() < MAX_PROBLEMS) {
			this.problems.add(this.slot.name() + "/" + this.signal.id() + ", " + place + ": " + what);
		}
	}

	/**
	 * Gets the records of a log.
	 */
	@FunctionalInterface
	interface RecordHandler {

		/**
		 * Do nothing.
		 */
		RecordHandler NONE = (view, record) -> {
		};

		void handle(SegmentView view, Stretch record) throws IOException;

	}

	/**
	 * What has been counted in a segment.
	 */
	private static final class Totals {

		private long records;

		private long items;

		private long corrupt;

		private long damaged;

		private long torn;

	}

}
