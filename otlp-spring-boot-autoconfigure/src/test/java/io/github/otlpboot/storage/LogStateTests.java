package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LogState}. Record {@code n} holds one item and takes 100 bytes.
 */
class LogStateTests {

	private final LogState state = new LogState(List.of(segment(1, 11)), position(11));

	@Test
	@Timeout(60)
	@DisplayName("M07: nothing appears while a reader works out where it is")
	void nothingIsPublishedUnderAReader() throws Exception {
		this.state.add("default", Cursor.START);
		SegmentFacts grown = segment(11, 15);
		Thread storage = new Thread(() -> this.state.publish(grown));
		synchronized (this.state.lock()) {
			storage.start();
			await().until(() -> storage.getState() == Thread.State.BLOCKED || !storage.isAlive());
			assertThat(this.state.end()).isEqualTo(position(11));
			assertThat(this.state.index().used()).isEqualTo(1000);
		}
		storage.join();
		assertThat(this.state.end()).isEqualTo(grown.end());
		assertThat(this.state.ledger().of("default").pending().items()).isEqualTo(14);
	}

	private static SegmentFacts segment(long firstSequence, long nextSequence) {
		SegmentHeader header = new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, new UUID(1, 1),
				Signal.TRACES, firstSequence, firstSequence - 1, 100 * (firstSequence - 1), 1000);
		return new SegmentFacts(Path.of(firstSequence + ".seg"), header, 100 * (nextSequence - firstSequence),
				position(nextSequence), 2000);
	}

	private static LogPosition position(long sequence) {
		return new LogPosition(sequence, sequence - 1, 100 * (sequence - 1));
	}

}
