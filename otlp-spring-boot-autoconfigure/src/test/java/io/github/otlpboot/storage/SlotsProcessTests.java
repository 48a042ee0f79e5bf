package io.github.otlpboot.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Slots} with real processes.
 */
@DisplayName("T17: several processes on one storage directory")
@Timeout(120)
class SlotsProcessTests {

	@TempDir
	private Path temporary;

	private final List<Holder> holders = new ArrayList<>();

	@AfterEach
	void killAll() {
		this.holders.forEach(Holder::kill);
	}

	@Test
	void noTwoProcessesTakeTheSameSlot() {
		// All at once, on a directory that is not there yet.
		List<CompletableFuture<String>> starting = IntStream.range(0, 6)
			.mapToObj((i) -> start("app"))
			.map((holder) -> CompletableFuture.supplyAsync(holder::line))
			.toList();
		List<String> names = starting.stream().map(CompletableFuture::join).map((line) -> line.split(" ")[0]).toList();
		assertThat(names).doesNotHaveDuplicates().allMatch((name) -> name.matches("slot-[0-9]+"));
		List<String> logIds = starting.stream().map(CompletableFuture::join).map((line) -> line.split(" ")[1]).toList();
		assertThat(logIds).doesNotHaveDuplicates();
	}

	@Test
	void aKilledProcessFreesItsSlotAtOnceAndARestartTakesItBack() throws IOException {
		Holder first = start("app");
		String taken = first.line();
		assertThat(taken).startsWith("slot-0 ");
		try (Slot ours = slots("app").acquire()) {
			assertThat(ours.name()).isEqualTo("slot-1");
			assertThat(slots("app").adoptable()).isEmpty();
			first.kill();
			assertThat(start("app").line()).isEqualTo(taken);
		}
	}

	@Test
	void anOrphanIsAdoptedBySameApplicationAndNoOther() throws IOException {
		Holder orphan = start("app");
		assertThat(orphan.line()).startsWith("slot-0 ");
		Holder stranger = start("other");
		assertThat(stranger.line()).startsWith("slot-1 ");
		Holder heir = start("app");
		assertThat(heir.line()).startsWith("slot-2 ");
		orphan.kill();
		stranger.say("adopt");
		assertThat(stranger.line()).isEqualTo("[]");
		heir.say("adopt");
		assertThat(heir.line()).isEqualTo("[slot-0]");
		// The heir holds it now.
		assertThat(slots("app").adoptable()).isEmpty();
		heir.kill();
		List<Slot> inherited = slots("app").adoptable();
		assertThat(inherited).extracting(Slot::name).containsExactly("slot-0", "slot-2");
		inherited.forEach(Slot::close);
	}

	@Test
	void aSymbolicLinkToTheDirectoryIsTheSameDirectory() throws IOException {
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"),
				Files.createDirectory(this.temporary.resolve("storage")));
		assertThat(start("app").line()).startsWith("slot-0 ");
		Slots aliased = new Slots(new LocalDisk(), link, SlotOwner.of("app", List.of()), Clock.systemUTC());
		try (Slot first = aliased.acquire(); Slot second = slots("app").acquire()) {
			assertThat(first.name()).isEqualTo("slot-1");
			assertThat(second.name()).isEqualTo("slot-2");
		}
	}

	@Test
	void aSecondContextThatFailsToTakeASlotDoesNotFreeIt() throws IOException {
		// With POSIX locks, closing any descriptor of a file frees all locks on it.
		try (Slot ours = slots("app").acquire()) {
			assertThat(slots("app").adoptable()).isEmpty();
			assertThat(slots("other").strangers()).isEmpty();
			slots("app").acquire().close();
			assertThat(ours.name()).isEqualTo("slot-0");
			assertThat(start("app").line()).startsWith("slot-1 ");
		}
	}

	@Test
	void whoOpenedTheLockFileBeforeADeletionSharesTheSlotWithNobodyAfterIt() throws IOException {
		Slot deleted = slots("app").acquire();
		Holder slow = start("app", deleted.directory().resolve("LOCK").toString());
		assertThat(slow.line()).isEqualTo("opened");
		deleted.delete();
		slow.say("lock");
		assertThat(slow.line()).isEqualTo("locked");
		try (Slot next = slots("app").acquire()) {
			assertThat(next.name()).isEqualTo("slot-1");
		}
	}

	private Slots slots(String application) {
		return new Slots(new LocalDisk(), this.temporary.resolve("storage"), SlotOwner.of(application, List.of()),
				Clock.systemUTC());
	}

	private Holder start(String... arguments) {
		try {
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m",
							"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
							SlotHolder.class.getName(), this.temporary.resolve("storage").toString()));
			command.addAll(List.of(arguments));
			Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
			Holder holder = new Holder(process,
					new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)));
			this.holders.add(holder);
			return holder;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private record Holder(Process process, BufferedReader output) {

		String line() {
			try {
				String line = this.output.readLine();
				assertThat(line).isNotNull();
				return line;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		void say(String command) throws IOException {
			this.process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
			this.process.getOutputStream().flush();
		}

		/** SIGKILL. */
		void kill() {
			this.process.destroyForcibly();
			try {
				assertThat(this.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
