package io.github.otlpboot.tool;

import java.io.IOException;
import java.util.List;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.SlotView;

/**
 * Reads every record and says what is wrong. Not thread-safe.
 */
final class VerifyCommand {

	private final Appendable out;

	private final Disk disk;

	private final LockTable locks;

	VerifyCommand(Appendable out, Disk disk, LockTable locks) {
		this.out = out;
		this.disk = disk;
		this.locks = locks;
	}

	int run(List<SlotView> slots, List<Signal> signals) throws IOException {
		int problems = 0;
		for (SlotView slot : slots) {
			for (Signal signal : signals) {
				LogSummary log = new LogScan(this.disk, slot, signal, true, this.locks.isHeld(slot.lock()),
						LogScan.RecordHandler.NONE)
					.scan();
				print(slot, signal, log);
				problems += log.problems().size();
			}
		}
		this.out.append((problems == 0) ? "All is well" : problems + " problems").append('\n');
		return (problems == 0) ? 0 : 1;
	}

	private void print(SlotView slot, Signal signal, LogSummary log) throws IOException {
		for (SegmentSummary segment : log.segments()) {
			this.out.append(slot.name() + "/" + signal.id() + "/" + segment.file().getFileName() + ": "
					+ (segment.records() - segment.corrupt()) + " records intact, " + segment.corrupt() + " corrupt, "
					+ segment.damaged() + " damaged parts, " + segment.torn() + " bytes torn\n");
		}
		for (String problem : log.problems()) {
			this.out.append("! ").append(problem).append('\n');
		}
	}

}
