package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FileNames}.
 */
@DisplayName("T44: names that others choose")
class FileNamesTests {

	private static final long SEED = 44;

	static List<String> hostileNames() {
		return List.of("../x", "..", ".", "/", "/etc/passwd", "a/b", "a\\b", "a\0b", "\0", "", " ", "%", "%2e", "%-",
				"%u", "a:b", "CON", "\n", "ü", "\u0130", "\uD800", "\uDFFF", "\uD83D\uDE80", "x".repeat(300),
				"X".repeat(300), "/".repeat(300), "é".repeat(300));
	}

	@ParameterizedTest
	@MethodSource("hostileNames")
	void staysUnderItsDirectoryAndIsShort(String name) {
		Path directory = Path.of("/root/cursors");
		String encoded = FileNames.encode(name);
		assertThat(encoded).matches("[a-z0-9%-]{1,96}");
		assertThat(directory.resolve(encoded + ".cur").normalize().getParent()).isEqualTo(directory);
	}

	@Test
	void differentNamesDifferEvenWhereCaseIsIgnored() {
		List<String> names = new ArrayList<>(hostileNames());
		names.addAll(List.of("default", "Default", "DEFAULT", "defaulT", "a/B", "A/b", "x".repeat(299), "x".repeat(301),
				"x".repeat(299) + "y", "x".repeat(299) + "Y", "?", "%00", "%2e%2e%2fx", "..%2fx", "u0130", "\u0131",
				"\u0131".repeat(99), "\uD800".repeat(99), "\uD801".repeat(99)));
		Random random = new Random(SEED);
		for (int i = 0; i < 20_000; i++) {
			names.add(randomName(random));
		}
		Set<String> distinct = Set.copyOf(new TreeSet<>(names));
		Set<String> encoded = new TreeSet<>();
		distinct.forEach((name) -> encoded.add(FileNames.encode(name).toUpperCase(Locale.ROOT)));
		assertThat(encoded).hasSameSizeAs(distinct).hasSizeGreaterThan(10_000);
	}

	private static String randomName(Random random) {
		String alphabet = "aA%-u.0/\uD800\u00FC";
		StringBuilder name = new StringBuilder();
		int length = random.nextInt(8) + ((random.nextInt(10) == 0) ? 92 : 0);
		for (int i = 0; i < length; i++) {
			name.append(alphabet.charAt(random.nextInt(alphabet.length())));
		}
		return name.toString();
	}

	@ParameterizedTest
	@CsvSource({ "default, default", "my-collector-2, my-collector-2", "Default, %44efault", "a/b, a%2fb", "'', %" })
	void keepsWhatIsSafe(String name, String encoded) {
		assertThat(FileNames.encode(name)).isEqualTo(encoded);
	}

	@Test
	void namesOnDiskNeverChange() {
		// A change would lose every cursor.
		assertThat(FileNames.encode("x".repeat(97))).isEqualTo("x".repeat(60) + "%-10aa6091585e0eb69357b8cdd3fcea41");
		assertThat(FileNames.encode("x".repeat(96))).isEqualTo("x".repeat(96));
		assertThat(FileNames.hash(List.of("default"))).isEqualTo(0xe86390a6b503edf5L);
		assertThat(FileNames.hash(List.of())).isEqualTo(0xe3b0c44298fc1c14L);
	}

	@Test
	void hashDependsOnEveryNameAndTheirOrder() {
		Set<Long> hashes = new TreeSet<>();
		List<List<String>> lists = List.of(List.of("a", "b"), List.of("b", "a"), List.of("ab"), List.of("a", "b", ""),
				List.of("", "ab"), List.of("a", "B"), List.of("\uD800"), List.of("\uD801"), List.of("?"));
		lists.forEach((list) -> hashes.add(FileNames.hash(list)));
		assertThat(hashes).hasSameSizeAs(lists);
	}

}
