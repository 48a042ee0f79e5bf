package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.Linearizable;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a destination has been given and what became of it, while others ask and write:
 * {@link LogReader} with its {@link ReaderAccount}, and the log that they belong to.
 */
class LogReaderLincheckTests {

	@Test
	@DisplayName("M07: what the forwarder settles, the storage writes and others see could have been serial")
	void isLinearizable() {
		Linearizable.stress(Model.class);
	}

	/**
	 * A log with four records. What belongs to one thread is never done by two at a time.
	 */
	public static final class Model {

		private final TestLog test = withFourRecords();

		private final Deque<SourcedBatch> given = new ArrayDeque<>();

		private int last = 4;

		@Operation(nonParallelGroup = "forwarder")
		public long next() {
			SourcedBatch batch = this.test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
			if (batch != null) {
				this.given.addLast(batch);
			}
			return (batch != null) ? batch.sequence() : -1;
		}

		@Operation(nonParallelGroup = "forwarder")
		public long deliverOldest() {
			SourcedBatch batch = this.given.pollFirst();
			if (batch != null) {
				this.test.reader().settle(batch, Settlement.delivered(1));
			}
			return (batch != null) ? batch.sequence() : -1;
		}

		@Operation(nonParallelGroup = "forwarder")
		public long rejectYoungest() {
			SourcedBatch batch = this.given.pollLast();
			if (batch != null) {
				this.test.reader().settle(batch, Settlement.lost(1, LossReason.REJECTED));
			}
			return (batch != null) ? batch.sequence() : -1;
		}

		@Operation(nonParallelGroup = "storage")
		public long append() throws IOException {
			this.last++;
			this.test.append(this.last, 1, 50);
			return this.last;
		}

		@Operation
		public String ledger() {
			return this.test.log().ledger().toString();
		}

		@Operation
		public String pending() {
			return this.test.reader().backlog().toString();
		}

		private static TestLog withFourRecords() {
			try {
				TestLog test = new TestLog(new SimulatedDisk(), TestLog.settings(FsyncPolicy.INTERVAL));
				test.open();
				test.append(1, 4, 50);
				return test;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
