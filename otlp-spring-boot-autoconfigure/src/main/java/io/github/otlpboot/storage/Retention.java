package io.github.otlpboot.storage;

import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sealed segments go: a pure function over facts. Whole segments go, oldest
 * first.
 */
final class Retention {

	/**
	 * Free space that is never used, in bytes: without room to save cursors, delivered
	 * segments could not go, and a full volume would stay full.
	 */
	static final long SLACK = 64 * 1024;

	private Retention() {
	}

	/**
	 * Decide which segments go, and whether there is room then.
	 * @param segments the sealed segments, oldest first
	 * @param settings how much is kept
	 * @param state the rest of what matters
	 * @return what goes, oldest first
	 */
	static Decision decide(List<SegmentFacts> segments, LogSettings settings, State state) {
		List<Removal> removals = new ArrayList<>();
		long[] ages = ages(segments, state.now());
		long removed = 0;
		boolean oldest = true;
		for (int i = 0; i < ages.length; i++) {
			SegmentFacts segment = segments.get(i);
			LossReason reason = null;
			boolean delivered = segment.end().sequence() <= state.deliveredUpTo();
			boolean goes = delivered && ages[i] >= settings.keepDelivered().toMillis();
			if (!goes && ages[i] > settings.maxAge().toMillis()) {
				goes = true;
				reason = LossReason.RETENTION_AGE;
			}
			// Never out of the middle: what is lost is passed over from the front.
			if (!goes && oldest && settings.whenFull() == WhenLogFull.DROP_OLDEST
					&& !hasRoom(settings, state, removed)) {
				goes = true;
				reason = LossReason.RETENTION_SIZE;
			}
			// What was delivered and is only kept to be read makes room under any policy.
			if (!goes && delivered && !hasRoom(settings, state, removed)) {
				goes = true;
			}
			if (goes) {
				removals.add(new Removal(segment, delivered ? null : reason));
				removed += segment.size();
			}
			else {
				oldest = false;
			}
		}
		boolean room = hasRoom(settings, state, removed);
		if (!room && state.incoming() > 0) {
			// What makes no room does not go for it.
			removals.removeIf((removal) -> removal.reason() == LossReason.RETENTION_SIZE);
		}
		return new Decision(removals, room);
	}

	// How long ago the newest record of each segment was accepted. Someone may have set
	// the clock between two processes: no segment is younger than the one after it, so
	// that
	// none expires out of the middle, and none is of the future.
	private static long[] ages(List<SegmentFacts> segments, long now) {
		long[] ages = new long[segments.size()];
		long younger = 0;
		for (int i = ages.length - 1; i >= 0; i--) {
			younger = Math.max(younger, now - segments.get(i).newestAt());
			ages[i] = younger;
		}
		return ages;
	}

	// Low free space stops growth and never purges: as much goes as comes.
	private static boolean hasRoom(LogSettings settings, State state, long removed) {
		if (state.incoming() == 0) {
			return state.used() - removed <= settings.maxSize();
		}
		boolean withinSize = state.used() - removed + state.incoming() <= settings.maxSize();
		boolean low = state.freeSpace() - state.incoming() < Math.max(settings.minFreeSpace(), SLACK);
		return withinSize && (!low || removed >= state.incoming());
	}

	/**
	 * What else matters.
	 *
	 * @param now the time in milliseconds since the epoch
	 * @param used the bytes that all segments take, the active one included
	 * @param incoming the bytes that are to be appended
	 * @param freeSpace the free space of the volume in bytes
	 * @param deliveredUpTo every destination is durably past all records before this
	 * sequence
	 */
	record State(long now, long used, long incoming, long freeSpace, long deliveredUpTo) {

	}

	/**
	 * A segment that goes.
	 *
	 * @param segment the segment
	 * @param reason why undelivered items of it are lost, {@code null} if there are none
	 */
	record Removal(SegmentFacts segment, @Nullable LossReason reason) {

	}

	/**
	 * What was decided.
	 *
	 * @param removals the segments that go, oldest first
	 * @param hasRoom whether there is room for what is to be appended once they are gone
	 */
	record Decision(List<Removal> removals, boolean hasRoom) {

		Decision {
			removals = List.copyOf(removals);
		}

	}

}
