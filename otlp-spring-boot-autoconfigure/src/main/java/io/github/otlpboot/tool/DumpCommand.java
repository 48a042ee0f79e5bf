package io.github.otlpboot.tool;

import java.io.IOException;
import java.util.List;

import io.github.otlpboot.model.Malformed;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Cursor;
import io.github.otlpboot.storage.CursorView;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.SegmentView;
import io.github.otlpboot.storage.SegmentView.Stretch;
import io.github.otlpboot.storage.SlotView;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one signal as lines of OTLP JSON, and to a second output what is
 * wrong. Not thread-safe.
 */
final class DumpCommand {

	private final Appendable out;

	private final Appendable err;

	private final Disk disk;

	private final LockTable locks;

	private boolean leftOut;

	DumpCommand(Appendable out, Appendable err, Disk disk, LockTable locks) {
		this.out = out;
		this.err = err;
		this.disk = disk;
		this.locks = locks;
	}

	int run(List<SlotView> slots, Signal signal, boolean pending) throws IOException {
		boolean wrong = false;
		for (SlotView slot : slots) {
			long settled = pending ? settled(slot, signal) : 0;
			LogSummary log = new LogScan(this.disk, slot, signal, false, this.locks.isHeld(slot.lock()),
					(view, record) -> {
						if (record.sequence() > settled) {
							dump(slot, signal, view, record);
						}
					})
				.scan();
			for (String problem : log.problems()) {
				this.err.append(problem).append('\n');
			}
			wrong |= !log.problems().isEmpty();
		}
		return (wrong || this.leftOut) ? 1 : 0;
	}

	private void dump(SlotView slot, Signal signal, SegmentView view, Stretch record) throws IOException {
		String problem = write(signal, view, record);
		if (problem != null) {
			this.leftOut = true;
			this.err.append(slot.name() + "/" + signal.id() + ", record " + record.sequence() + " is left out: "
					+ problem + "\n");
		}
	}

	// Up to where every destination has settled everything
	private long settled(SlotView slot, Signal signal) throws IOException {
		long settled = Long.MAX_VALUE;
		List<CursorView> cursors = slot.cursors(this.disk, signal);
		for (CursorView view : cursors) {
			Cursor cursor = view.cursor();
			settled = Math.min(settled, (cursor != null) ? cursor.acknowledged() : 0);
		}
		return cursors.isEmpty() ? 0 : settled;
	}

	// Why it was not written, null if it was
	private @Nullable String write(Signal signal, SegmentView view, Stretch record) throws IOException {
		if (record.kind() == Stretch.Kind.UNKNOWN) {
			return "only a later version can read it";
		}
		byte[] payload;
		try {
			payload = view.payload();
		}
		catch (IOException ex) {
			return "it cannot be read: " + ex.getMessage();
		}
		if (payload == null) {
			return "its checksum does not match";
		}
		Malformed malformed = OtlpJson.write(signal, payload, 0, payload.length, this.out);
		if (malformed != null) {
			return "it is no valid request: " + malformed;
		}
		this.out.append('\n');
		return null;
	}

}
