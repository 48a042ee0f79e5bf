package io.github.otlpboot.tool;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import io.github.otlpboot.model.OtlpRequests;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.StorageFiles;
import io.github.otlpboot.testing.SpanBatches;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link StorageTool}, on files that the writers of the log have written.
 */
class StorageToolTests {

	private static final int SEGMENT_HEADER = 80;

	private static final int RECORD_HEADER = 56;

	private static final Clock CREATED = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

	private static final Clock NOW = Clock.offset(CREATED, Duration.ofMinutes(90));

	private final SpanBatches spans = new SpanBatches();

	@TempDir
	private Path temporary;

	private Path root;

	@BeforeEach
	void setUp() {
		this.root = this.temporary.resolve("storage");
	}

	@Test
	void listsWhatIsStored() throws IOException {
		fill();
		Result result = run("list", this.root.toString());
		assertThat(result.err()).isEmpty();
		assertThat(result.code()).isZero();
		assertThat(result.lines()).element(0)
			.asString()
			.startsWith("slot-0: application shop, destinations ")
			.endsWith(", created 2026-01-02T03:04:05Z (1 h 30 min ago)");
		assertThat(result.lines().get(1)).startsWith("  traces: 2 segments, 6 records, 18 spans, ");
		assertThat(result.lines().get(2)).startsWith("    00000000000000000001.seg: records 1 to 3, 9 spans, ")
			.endsWith(" bytes, created 2026-01-02T03:04:05Z (1 h 30 min ago)");
		assertThat(result.lines().get(3)).startsWith("    00000000000000000004.seg: records 4 to 6, 9 spans, ");
		assertThat(result.lines().get(4)).startsWith("    cursor of collector: 6 spans pending in ")
			.endsWith(" bytes after record 4, 10 delivered, lost {rejected=2}");
		assertThat(result.lines().get(5)).startsWith("  logs: 1 segment, 1 record, ");
		assertThat(result.lines()).hasSize(7);
	}

	@Test
	void countsPendingBytesAsTheRecordsTake() throws IOException {
		fill();
		long frames = Files.size(segment(Signal.TRACES, 1)) - SEGMENT_HEADER;
		long first = RECORD_HEADER + span().length;
		assertThat(run("list", this.root.toString()).out())
			.contains("cursor of collector: 6 spans pending in " + (frames - first) + " bytes");
	}

	@Test
	void whenAllIsWellVerifies() throws IOException {
		fill();
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isZero();
		assertThat(result.lines()).containsExactly(
				"slot-0/traces/00000000000000000001.seg: 3 records intact, 0 corrupt, 0 damaged parts, 0 bytes torn",
				"slot-0/traces/00000000000000000004.seg: 3 records intact, 0 corrupt, 0 damaged parts, 0 bytes torn",
				"slot-0/logs/00000000000000000001.seg: 1 records intact, 0 corrupt, 0 damaged parts, 0 bytes torn",
				"All is well");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("C36: a dump is a file of OTLP JSON, one request a line, one signal")
	void dumpsRequestsAsLines(Signal signal) throws IOException {
		List<byte[]> requests = new ArrayList<>();
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			for (int i = 0; i < 12; i++) {
				requests.add(OtlpRequests.random(signal, new Random(i)).toByteArray());
				files.append(signal, requests.get(i));
				if (i % 5 == 4) {
					files.roll(signal);
				}
			}
			for (Signal other : Signal.values()) {
				if (other != signal) {
					files.append(other, OtlpRequests.random(other, new Random(1)).toByteArray());
				}
			}
		}
		Result result = run("dump", this.root.toString(), "--signal", signal.id());
		assertThat(result.err()).isEmpty();
		assertThat(result.code()).isZero();
		assertThat(result.out()).endsWith("\n").doesNotContain("\r");
		String[] lines = result.out().split("\n");
		assertThat(lines).hasSize(12);
		for (int i = 0; i < lines.length; i++) {
			JsonLines.check(signal, requests.get(i), lines[i]);
		}
	}

	@Test
	void whenPendingIsAskedForLeavesOutWhatEveryDestinationHas() throws IOException {
		fill();
		String all = run("dump", this.root.toString(), "--signal", "traces").out();
		String[] lines = all.split("\n");
		assertThat(lines).hasSize(6);
		Result result = run("dump", this.root.toString(), "--signal", "traces", "--pending");
		assertThat(result.out().split("\n")).containsExactly(lines[4], lines[5]);
		assertThat(result.code()).isZero();
		// Without a cursor nobody has anything
		assertThat(run("dump", "--signal", "logs", "--pending", this.root.toString()).out().split("\n")).hasSize(1);
	}

	@Test
	void whatOneOfManyDestinationsHasNotIsPending() throws IOException {
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			for (int i = 0; i < 6; i++) {
				files.append(Signal.TRACES, span());
			}
			files.settle(Signal.TRACES, "a", 5, 15, 0);
			files.settle(Signal.TRACES, "b", 2, 6, 0);
			files.settle(Signal.TRACES, "c", 4, 12, 0);
		}
		String[] lines = run("dump", this.root.toString(), "--signal", "traces").out().split("\n");
		assertThat(run("dump", this.root.toString(), "--signal", "traces", "--pending").out().split("\n"))
			.containsExactly(Arrays.copyOfRange(lines, 2, 6));
	}

	@Test
	void looksOnlyAtTheSlotAndSignalAskedFor() throws IOException {
		try (StorageFiles first = StorageFiles.in(this.root, "shop", CREATED);
				StorageFiles second = StorageFiles.in(this.root, "other", CREATED)) {
			first.append(Signal.TRACES, span());
			second.append(Signal.TRACES, span());
			second.append(Signal.LOGS, OtlpRequests.random(Signal.LOGS, new Random(1)).toByteArray());
		}
		Result result = run("list", this.root.toString(), "--slot", "slot-1", "--signal", "logs");
		assertThat(result.out()).contains("slot-1: application other", "logs: 1 segment,")
			.doesNotContain("slot-0", "traces:");
		assertThat(run("verify", this.root.toString(), "--slot", "slot-1").lines()).hasSize(3);
		assertThat(run("dump", this.root.toString(), "--signal", "traces").out().split("\n")).hasSize(2);
		Result unknown = run("list", this.root.toString(), "--slot", "slot-7");
		assertThat(unknown.code()).isEqualTo(1);
		assertThat(unknown.err()).isEqualTo("There is no slot-7 in " + this.root + "\n");
	}

	@Test
	void whenDirectoryIsMissingSaysSoAndDoesNotCreateIt() {
		Result result = run("list", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.err()).isEqualTo("There is no slot in " + this.root + ", which is no directory\n");
		assertThat(this.root).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "list", "list a b", "frob a", "dump a", "dump a --signal", "dump a --signal spans",
			"list a --pending", "verify a --force", "list a\0b" })
	void whenArgumentsMakeNoSenseShowsTheUsage(String arguments) {
		Result result = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.out()).isEmpty();
		assertThat(result.err()).contains("Usage: StorageTool list");
		assertThat(result.err().lines().findFirst()).hasValueSatisfying((line) -> assertThat(line).isNotBlank());
	}

	@Test
	void showsTheUsageOnRequest() {
		Result result = run("--help");
		assertThat(result.code()).isZero();
		assertThat(result.out()).startsWith("Usage: StorageTool list");
	}

	@Test
	void whenPayloadIsDamagedFindsIt() throws IOException {
		fill();
		flip(segment(Signal.TRACES, 0), SEGMENT_HEADER + RECORD_HEADER + 10);
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.lines()).startsWith(
				"slot-0/traces/00000000000000000001.seg: 2 records intact, 1 corrupt, 0 damaged parts, 0 bytes torn")
			.contains("! slot-0/traces, 00000000000000000001.seg, record 1: its checksum does not match")
			.endsWith("1 problems");
		Result dump = run("dump", this.root.toString(), "--signal", "traces");
		assertThat(dump.code()).isEqualTo(1);
		assertThat(dump.err()).isEqualTo("slot-0/traces, record 1 is left out: its checksum does not match\n");
		assertThat(dump.out().split("\n")).hasSize(5);
	}

	@Test
	void whenRecordHeaderIsDamagedSaysHowMuchIsLost() throws IOException {
		fill();
		long second = SEGMENT_HEADER + RECORD_HEADER + span().length;
		flip(segment(Signal.TRACES, 0), second + 20);
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("2 records intact, 0 corrupt, 1 damaged parts")
			.contains("1 records from 2 on, 3 items, were in the damaged part before it");
		assertThat(run("dump", this.root.toString(), "--signal", "traces").out().split("\n")).hasSize(5);
	}

	@Test
	void whenSegmentIsMissingSaysHowMuchIsLost() throws IOException {
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			for (int i = 0; i < 6; i++) {
				files.append(Signal.TRACES, span());
				if (i % 2 == 1 && i < 5) {
					files.roll(Signal.TRACES);
				}
			}
			Files.delete(files.segments(Signal.TRACES).get(1));
		}
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.lines())
			.contains("! slot-0/traces, 00000000000000000005.seg: 2 records from 3 on, 6 items, are missing before it");
	}

	@Test
	void whenTheFirstSegmentsAreGoneAllIsWell() throws IOException {
		fill();
		Files.delete(segment(Signal.TRACES, 0));
		assertThat(run("verify", this.root.toString()).code()).isZero();
		assertThat(run("list", this.root.toString()).out()).contains("traces: 1 segment, 3 records, 9 spans")
			.contains("6 spans pending");
	}

	@Test
	@DisplayName("T5: torn at every length, what is whole is read and the rest is told")
	void whenTornSaysSo() throws IOException {
		fill();
		Path last = segment(Signal.TRACES, 1);
		byte[] whole = Files.readAllBytes(last);
		int frame = (whole.length - SEGMENT_HEADER) / 3;
		for (int length = SEGMENT_HEADER; length <= whole.length; length++) {
			Files.write(last, Arrays.copyOf(whole, length));
			int complete = (length - SEGMENT_HEADER) / frame;
			int torn = (length - SEGMENT_HEADER) % frame;
			Result result = run("verify", this.root.toString(), "--signal", "traces");
			assertThat(result.lines()).contains("slot-0/traces/00000000000000000004.seg: " + complete
					+ " records intact, 0 corrupt, 0 damaged parts, " + torn + " bytes torn");
			assertThat(result.code()).isEqualTo((torn > 0) ? 1 : 0);
		}
	}

	@Test
	void whenInUseAnAppendMayBeUnderWay() throws IOException {
		assumeThat(Path.of("/proc/locks")).isReadable();
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			files.append(Signal.TRACES, span());
			Files.write(files.segments(Signal.TRACES).get(0), new byte[70], StandardOpenOption.APPEND);
			Result result = run("verify", this.root.toString());
			assertThat(result.out()).contains("1 records intact, 0 corrupt, 0 damaged parts, 70 bytes torn");
			assertThat(result.code()).isZero();
			assertThat(run("list", this.root.toString()).lines().get(0))
				.contains(", in use by process " + ProcessHandle.current().pid() + ",");
			// Who opens and closes the lock file takes the lock away from its process
			assertThat(LockTable.ofThisMachine().isHeld(files.directory().resolve("LOCK"))).isTrue();
		}
		assertThat(run("verify", this.root.toString()).code()).isEqualTo(1);
		assertThat(run("list", this.root.toString()).lines().get(0)).contains(", not in use,");
	}

	@Test
	void whatTheNextSegmentHasAgainCountsOnce() throws IOException {
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			for (int i = 0; i < 3; i++) {
				files.append(Signal.TRACES, span());
			}
			files.forget(Signal.TRACES, 1);
			files.append(Signal.TRACES, span());
		}
		assertThat(run("verify", this.root.toString()).code()).isZero();
		assertThat(run("list", this.root.toString()).out()).contains("2 segments, 3 records, 9 spans");
		String[] lines = run("dump", this.root.toString(), "--signal", "traces").out().split("\n");
		assertThat(lines).hasSize(3).doesNotHaveDuplicates();
		assertThat(lines[2]).contains("\"spanId\":\"000000000000000a\"");
	}

	@Test
	void whenCountsDoNotFitTogetherSaysSo() throws IOException {
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			files.append(Signal.TRACES, span());
			files.miscount(Signal.TRACES, 4);
			files.append(Signal.TRACES, span());
			files.append(Signal.TRACES, span(), 2);
			files.append(Signal.LOGS, OtlpRequests.random(Signal.LOGS, new Random(1)).toByteArray());
			files.miscount(Signal.LOGS, 1);
			files.roll(Signal.LOGS);
			files.append(Signal.METRICS, new byte[] { 1 }, 0);
			files.settle(Signal.TRACES, "a/b", 1, 1, 1);
			files.settle(Signal.TRACES, "", 2, 10, 0);
		}
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out())
			.contains("! slot-0/traces, 00000000000000000001.seg, record 2: "
					+ "it counts 7 items up to there, but there were 3")
			.contains("! slot-0/traces, 00000000000000000001.seg, record 3: "
					+ "its header tells of 2 items, its payload of Counted[items=3]")
			.contains("! slot-0/logs, 0000000000000000000")
			.contains("! slot-0/metrics, 00000000000000000001.seg, record 1: "
					+ "its header tells of 0 items, its payload of Malformed")
			.contains("! slot-0/traces, cursor of a/b: " + "of 3 settled items, 1 are said to be delivered and 1 lost")
			.contains("! slot-0/traces, cursor of a/b: it counts 3 items up to there, but there were 7")
			.doesNotContain("cursor of :");
		Result dump = run("dump", this.root.toString(), "--signal", "metrics");
		assertThat(dump.code()).isEqualTo(1);
		assertThat(dump.out()).isEmpty();
		assertThat(dump.err()).startsWith("slot-0/metrics, record 1 is left out: it is no valid request: Malformed");
	}

	@Test
	void whenSegmentHeaderIsDamagedReadsItsRecords() throws IOException {
		fill();
		flip(segment(Signal.TRACES, 0), 50);
		flip(segment(Signal.TRACES, 1), 50);
		Result result = run("verify", this.root.toString(), "--signal", "traces");
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out())
			.contains("slot-0/traces/00000000000000000001.seg: 3 records intact",
					"slot-0/traces/00000000000000000004.seg: 3 records intact")
			.contains("! slot-0/traces, 00000000000000000001.seg: its header is damaged, or that of another segment")
			.endsWith("\n2 problems\n");
		assertThat(run("list", this.root.toString()).out())
			.contains("cursor of collector: 6 spans pending in an unknown number of bytes");
		assertThat(run("dump", this.root.toString(), "--signal", "traces").out().split("\n")).hasSize(6);
	}

	@Test
	void whenMetaIsDamagedBelievesTheSegments() throws IOException {
		Path directory = fill();
		flip(directory.resolve("META"), 20);
		Result list = run("list", this.root.toString());
		assertThat(list.code()).isEqualTo(1);
		assertThat(list.out()).contains("slot-0: its META is damaged: its checksum does not match")
			.contains("cursor of collector: not known, because its log is not known");
		assertThat(run("dump", this.root.toString(), "--signal", "traces").out().split("\n")).hasSize(6);
		Files.delete(directory.resolve("META"));
		assertThat(run("verify", this.root.toString()).out()).contains("! slot-0/traces, META: it has no META");
		flip(segment(Signal.TRACES, 1), 50);
		assertThat(run("verify", this.root.toString()).out())
			.contains("Neither META nor its own header tells which log");
	}

	@Test
	void whenCursorIsDamagedSaysSo() throws IOException {
		Path directory = fill();
		flip(directory.resolve("traces/cursors/collector.cur"), 30);
		Result list = run("list", this.root.toString());
		assertThat(list.code()).isEqualTo(1);
		assertThat(list.out()).contains("cursor of collector: not known, because its checksum does not match");
		assertThat(run("dump", this.root.toString(), "--signal", "traces", "--pending").out().split("\n")).hasSize(6);
	}

	@Test
	@DisplayName("T8: a segment of another format, another log, or another signal, and a foreign file")
	void whenFilesAreForeignLeavesThem() throws IOException {
		Path directory = fill();
		Path newer = directory.resolve("traces/00000000000000000900.seg");
		byte[] bytes = Files.readAllBytes(segment(Signal.TRACES, 0));
		bytes[9] = 2;
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, 76);
		ByteBuffer.wrap(bytes).putInt(76, (int) checksum.getValue());
		Files.write(newer, bytes);
		Files.copy(segment(Signal.TRACES, 0), directory.resolve("logs/00000000000000000800.seg"));
		Files.writeString(directory.resolve("traces/notes.txt"), "hello");
		Files.writeString(directory.resolve("traces/99999999999999999999.seg"), "hello");
		Files.write(directory.resolve("traces/00000000000000000950.seg"), new byte[0]);
		Files.writeString(this.root.resolve("slot-x"), "hello");
		Result result = run("verify", this.root.toString());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("is in version 2 of the format")
			.contains("! slot-0/logs, 00000000000000000800.seg: its header is damaged, or that of another segment")
			.contains("! slot-0/traces, 00000000000000000950.seg: its header is damaged, or that of another segment")
			.doesNotContain("notes.txt", "9999", "slot-x");
		assertThat(run("dump", this.root.toString(), "--signal", "traces").out().split("\n")).hasSize(6);
	}

	@Test
	void whenALaterVersionWroteStateSaysSo() throws IOException {
		Path directory = fill();
		setMajor(directory.resolve("traces/cursors/collector.cur"));
		assertThat(run("list", this.root.toString()).out())
			.contains("cursor of collector: not known, because it is in version 2 of the format")
			.contains("! slot-0/traces, cursor of collector: it is in version 2 of the format");
		setMajor(directory.resolve("META"));
		assertThat(run("list", this.root.toString()).out())
			.startsWith("slot-0: its META is in version 2 of the format");
		Files.delete(directory.resolve("META"));
		Files.createDirectory(directory.resolve("META"));
		assertThat(run("list", this.root.toString()).out()).startsWith("slot-0: its META ");
	}

	private static void setMajor(Path file) throws IOException {
		byte[] bytes = Files.readAllBytes(file);
		bytes[5] = 2;
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, bytes.length - 4);
		ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) checksum.getValue());
		Files.write(file, bytes);
	}

	@Test
	void whenSlotIsFreeAllIsWell() throws IOException {
		Files.createDirectories(this.root.resolve("slot-0"));
		Files.createFile(this.root.resolve("slot-0/LOCK"));
		Result result = run("list", this.root.toString());
		assertThat(result.code()).isZero();
		assertThat(result.out()).startsWith("slot-0: it has no META");
		assertThat(run("verify", this.root.toString()).out()).isEqualTo("All is well\n");
	}

	@Test
	@DisplayName("Nothing is changed, byte for byte, and nothing is created")
	void changesNothing() throws IOException {
		Path directory = fill();
		flip(segment(Signal.TRACES, 0), SEGMENT_HEADER + RECORD_HEADER + 10);
		Files.write(segment(Signal.TRACES, 1), new byte[20], StandardOpenOption.APPEND);
		Files.createFile(directory.resolve("traces/00000000000000000007.seg.tmp"));
		Files.createDirectories(this.root.resolve("slot-1"));
		Map<String, String> before = snapshot();
		for (String command : List.of("list", "verify", "dump")) {
			run(command, this.root.toString(), "--signal", "traces");
		}
		assertThat(snapshot()).isEqualTo(before);
	}

	@Test
	@DisplayName("While an application writes, rolls and deletes, nothing is wrong")
	void worksBesideARunningApplication() throws Exception {
		assumeThat(Path.of("/proc/locks")).isReadable();
		byte[] request = this.spans.make(3000).batch().payload().array();
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger written = new AtomicInteger();
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			files.append(Signal.TRACES, request);
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
				try {
					for (int i = 0; !stop.get(); i++) {
						files.append(Signal.TRACES, request);
						written.set(i);
						if (i % 4 == 3) {
							files.roll(Signal.TRACES);
							Files.deleteIfExists(files.segments(Signal.TRACES).get(Math.max(0, i / 4 - 3)));
						}
					}
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			try {
				for (int i = 0; i < 50 || written.get() < 100; i++) {
					assertThat(writer).isNotDone();
					Result result = run((i % 2 == 0) ? "verify" : "list", this.root.toString());
					assertThat(result.code()).as(result.out()).isZero();
				}
			}
			finally {
				stop.set(true);
				writer.get(20, TimeUnit.SECONDS);
			}
		}
	}

	@Test
	@DisplayName("T39: whatever is in the files, it ends, and with an exit code")
	void whenFilesAreFuzzedEndsWithAnExitCode() throws IOException {
		Path directory = fill();
		Map<Path, byte[]> originals = new TreeMap<>();
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				originals.put(file, Files.readAllBytes(file));
			}
		}
		int wrong = 0;
		for (int seed = 0; seed < 150; seed++) {
			Random random = new Random(seed);
			for (Map.Entry<Path, byte[]> original : originals.entrySet()) {
				Files.write(original.getKey(), damaged(original.getValue(), random));
			}
			assertThat(run("list", this.root.toString()).code()).isBetween(0, 1);
			int code = run("verify", this.root.toString()).code();
			assertThat(code).isBetween(0, 1);
			wrong += code;
			Result dump = run("dump", this.root.toString(), "--signal", "traces");
			assertThat(dump.code()).isBetween(0, 1);
			for (String line : dump.out().lines().toList()) {
				assertThat(JsonLines.parse(Signal.TRACES, line)).isNotNull();
			}
		}
		assertThat(wrong).isBetween(75, 149);
	}

	@Test
	void whenOutputFailsSaysSoAndEndsWithOne() throws IOException {
		fill();
		StringWriter err = new StringWriter();
		StorageTool tool = new StorageTool(new BrokenPipe(), err, NOW, new LocalDisk(), LockTable.ofThisMachine());
		assertThat(tool.run("dump", this.root.toString(), "--signal", "traces")).isEqualTo(1);
		assertThat(err.toString()).isEqualTo("java.io.IOException: Broken pipe\n");
		StorageTool silent = new StorageTool(new BrokenPipe(), new BrokenPipe(), NOW, new LocalDisk(),
				LockTable.ofThisMachine());
		assertThat(silent.run("list", this.root.toString())).isEqualTo(1);
	}

	@Test
	void whereTheKernelTellsNoLocksSaysThatItDoesNotKnow() throws IOException {
		Path directory = fill();
		LockTable table = LockTable.read(this.temporary.resolve("none"));
		assertThat(table.describe(directory.resolve("LOCK"))).isEqualTo("in use or not");
		assertThat(table.isHeld(directory.resolve("LOCK"))).isFalse();
		Path locks = this.temporary.resolve("locks");
		Object inode = Files.getAttribute(directory.resolve("LOCK"), "unix:ino");
		Files.writeString(locks,
				"1: FLOCK  ADVISORY  WRITE 7 fe:00:" + inode + " 0 EOF\n" + "2: POSIX  ADVISORY  READ  7 fe:00:" + inode
						+ " 0 EOF\n2: -> POSIX  ADVISORY  WRITE 8 fe:00:" + inode + " 0 EOF\n");
		assertThat(LockTable.read(locks).describe(directory.resolve("LOCK"))).isEqualTo("not in use");
		Files.writeString(locks, "1: OFDLCK ADVISORY  WRITE -1 fe:00:" + inode + " 0 EOF\n");
		assertThat(LockTable.read(locks).describe(directory.resolve("LOCK"))).isEqualTo("in use");
		assertThat(LockTable.read(locks).describe(directory.resolve("gone"))).isEqualTo("not in use");
	}

	@Test
	@DisplayName("The main method needs the JDK and our classes alone, and no logging library")
	void runsAsAProgram() throws Exception {
		fill();
		Result list = main("list", this.root.toString());
		assertThat(list.err()).isEmpty();
		assertThat(list.code()).isZero();
		assertThat(list.lines()).hasSize(7);
		Result dump = main("dump", this.root.toString(), "--signal", "traces");
		assertThat(dump.code()).isZero();
		assertThat(dump.out()).isEqualTo(run("dump", this.root.toString(), "--signal", "traces").out())
			.contains("gr\u00fc\u00df");
		flip(segment(Signal.TRACES, 0), SEGMENT_HEADER + RECORD_HEADER + 10);
		Result verify = main("verify", this.root.toString());
		assertThat(verify.err()).isEmpty();
		assertThat(verify.code()).isEqualTo(1);
		assertThat(verify.out()).endsWith("1 problems\n");
		Result usage = main("dump", this.root.toString());
		assertThat(usage.code()).isEqualTo(2);
		assertThat(usage.err()).contains("Usage:");
	}

	/**
	 * Fill two segments with three records of three spans each, of which the first four
	 * are settled, and a log record.
	 */
	private Path fill() throws IOException {
		try (StorageFiles files = StorageFiles.in(this.root, "shop", CREATED)) {
			for (int i = 0; i < 6; i++) {
				if (i == 3) {
					files.roll(Signal.TRACES);
				}
				files.append(Signal.TRACES, span());
			}
			files.append(Signal.LOGS, OtlpRequests.random(Signal.LOGS, new Random(1)).toByteArray());
			files.settle(Signal.TRACES, "collector", 4, 10, 2);
			return files.directory();
		}
	}

	private byte[] span() {
		return this.spans.make(3, "gr\u00fc\u00df").batch().payload().array();
	}

	private Path segment(Signal signal, int index) throws IOException {
		try (Stream<Path> files = Files.list(this.root.resolve("slot-0").resolve(signal.id()))) {
			return files.filter((file) -> file.toString().endsWith(".seg"))
				.sorted()
				.skip(index)
				.findFirst()
				.orElseThrow();
		}
	}

	private static void flip(Path file, long offset) throws IOException {
		byte[] bytes = Files.readAllBytes(file);
		bytes[(int) offset] ^= 0x10;
		Files.write(file, bytes);
	}

	private static byte[] damaged(byte[] original, Random random) {
		if (random.nextInt(4) != 0 || original.length == 0) {
			return original;
		}
		byte[] bytes = original.clone();
		int from = random.nextInt(bytes.length);
		int kind = random.nextInt(4);
		if (kind == 0) {
			return Arrays.copyOf(bytes, from);
		}
		if (kind == 1) {
			return Arrays.copyOf(bytes, bytes.length + random.nextInt(300));
		}
		if (kind == 2) {
			bytes[from] ^= (byte) (1 << random.nextInt(8));
		}
		else {
			Arrays.fill(bytes, from, Math.min(bytes.length, from + random.nextInt(200)), (byte) random.nextInt());
		}
		return bytes;
	}

	private Map<String, String> snapshot() throws IOException {
		Map<String, String> snapshot = new TreeMap<>();
		try (Stream<Path> files = Files.walk(this.root)) {
			for (Path file : files.toList()) {
				String content = Files.isRegularFile(file) ? Arrays.toString(Files.readAllBytes(file)) : "directory";
				snapshot.put(file.toString(), Files.getLastModifiedTime(file) + " " + content);
			}
		}
		return snapshot;
	}

	private Result run(String... arguments) {
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		int code = new StorageTool(out, err, NOW, new LocalDisk(), LockTable.ofThisMachine()).run(arguments);
		return new Result(code, out.toString(), err.toString());
	}

	private Result main(String... arguments) throws Exception {
		String classes = Path.of(StorageTool.class.getProtectionDomain().getCodeSource().getLocation().toURI())
			.toString();
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
						"-Dfile.encoding=ISO-8859-1", "-cp", classes, StorageTool.class.getName()));
		command.addAll(List.of(arguments));
		Path out = this.temporary.resolve("out");
		Path err = this.temporary.resolve("err");
		ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
		builder.environment().remove("JAVA_TOOL_OPTIONS");
		Process process = builder.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err));
	}

	/**
	 * What came of a run.
	 */
	private record Result(int code, String out, String err) {

		List<String> lines() {
			return this.out.lines().toList();
		}

	}

	/**
	 * The standard output of a process whose reader is gone.
	 */
	private static final class BrokenPipe extends Writer {

		@Override
		public void write(char[] characters, int offset, int length) throws IOException {
			throw new IOException("Broken pipe");
		}

		@Override
		public void flush() throws IOException {
			throw new IOException("Broken pipe");
		}

		@Override
		public void close() {
			// Nothing to do.
		}

	}

}
