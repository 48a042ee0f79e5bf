package io.github.otlpboot.tool;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogLedger.DestinationLedger;
import io.github.otlpboot.storage.LogReader;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SegmentLog;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StorageContext;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.StoredSlot;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.SpanBatches;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StorageTool} beside the log itself: both have to say the same.
 */
class StorageToolLogTests {

	private static final String FAST = "fast";

	private static final String SLOW = "slow";

	private static final LogSettings SETTINGS = new LogSettings(64 * 1024, Duration.ofHours(1), 8 * 1024,
			Duration.ofMinutes(10), 0, WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.NEVER,
			Duration.ofSeconds(1));

	private final FakeTime time = new FakeTime();

	private final SpanBatches spans = new SpanBatches();

	private final List<String> ids = new ArrayList<>();

	@TempDir
	private Path root;

	@Test
	@DisplayName("Ledger and tool agree: while it runs, after retention has dropped data, and after a restart")
	void saysWhatTheLedgerSays() throws IOException {
		try (StoredSlot slot = storage().acquire()) {
			SegmentLog log = slot.log(Signal.TRACES).orElseThrow();
			LogReader fast = log.reader(FAST);
			write(log, 2);
			// Who has settled nothing yet has no cursor
			settle(log.reader(SLOW), null);
			for (int i = 0; i < 900; i++) {
				write(log, 1 + i % 7);
				if (i % 3 != 0) {
					settle(fast, (i % 20 == 1) ? LossReason.REJECTED : null);
				}
				if (i % 50 == 49) {
					this.time.advance(Duration.ofSeconds(2));
					log.maintain();
					assertAgree(log);
				}
			}
			assertThat(log.ledger().of(SLOW).lost()).containsKey(LossReason.RETENTION_SIZE);
			assertThat(log.ledger().of(FAST).lost()).containsKey(LossReason.REJECTED);
		}
		try (StoredSlot slot = storage().acquire()) {
			SegmentLog log = slot.log(Signal.TRACES).orElseThrow();
			write(log, 5);
			settle(log.reader(SLOW), null);
			this.time.advance(Duration.ofSeconds(2));
			log.maintain();
			assertAgree(log);
			List<String> pending = new ArrayList<>();
			for (String line : run("dump", "--signal", "traces", "--pending").lines().toList()) {
				pending.addAll(spanIds(line));
			}
			long expected = Math.max(log.ledger().of(SLOW).pending().items(), log.ledger().of(FAST).pending().items());
			assertThat(pending).isEqualTo(this.ids.subList(this.ids.size() - (int) expected, this.ids.size()));
		}
	}

	private Storage storage() {
		StorageContext context = new StorageContext(new LocalDisk(), this.time.clock(), this.time.nanos());
		StorageSettings settings = new StorageSettings(this.root, SlotOwner.of("shop", List.of(FAST, SLOW)),
				Map.of(Signal.TRACES, SETTINGS));
		return new Storage(context, settings, Map.of(Signal.TRACES, List.of(FAST, SLOW)),
				(destination, signal, items, reason) -> {
				});
	}

	private void write(SegmentLog log, int items) throws IOException {
		SpanBatches.Made made = this.spans.make(items);
		assertThat(log.write(List.of(made.batch()))).isOne();
		log.publish();
		this.ids.addAll(made.ids());
	}

	private static void settle(LogReader reader, LossReason reason) {
		SourcedBatch batch = reader.next(Long.MAX_VALUE, Long.MAX_VALUE);
		if (batch != null) {
			int items = batch.batch().items();
			reader.settle(batch, (reason != null) ? Settlement.lost(items, reason) : Settlement.delivered(items));
		}
	}

	private void assertAgree(SegmentLog log) {
		assertThat(run("verify")).endsWith("All is well\n");
		String list = run("list");
		for (DestinationLedger ledger : log.ledger().destinations()) {
			Backlog pending = ledger.pending();
			assertThat(list)
				.contains("cursor of " + ledger.destination() + ": " + pending.items() + " spans pending in "
						+ pending.bytes() + " bytes")
				.contains(", " + ledger.delivered() + " delivered, lost ");
			ledger.lost().forEach((reason, items) -> assertThat(list).contains(reason.id() + "=" + items));
		}
	}

	private static List<String> spanIds(String line) {
		List<String> found = new ArrayList<>();
		String key = "\"spanId\":\"";
		for (int i = line.indexOf(key); i >= 0; i = line.indexOf(key, i + 1)) {
			found.add(line.substring(i + key.length(), i + key.length() + 16));
		}
		return found;
	}

	private String run(String command, String... options) {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		List<String> arguments = new ArrayList<>(List.of(command, this.root.toString()));
		arguments.addAll(List.of(options));
		int code = new StorageTool(out, err, this.time.clock(), new LocalDisk(), LockTable.ofThisMachine())
			.run(arguments.toArray(String[]::new));
		assertThat(code).as(out.toString() + err).isZero();
		return out.toString();
	}

}
