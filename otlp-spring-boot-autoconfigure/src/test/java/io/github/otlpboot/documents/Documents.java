package io.github.otlpboot.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The documents of the repository, and the examples in them.
 */
final class Documents {

	static final Path ROOT = Path.of("..");

	private static final Pattern FENCE = Pattern.compile("^( *)```(.*)$");

	private Documents() {
	}

	/**
	 * Return the documents whose examples a reader may copy.
	 * @return README.md and docs/*.md
	 */
	static List<Path> all() {
		List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
		try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
			files.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return documents;
	}

	static Path docs(String name) {
		return ROOT.resolve("docs").resolve(name);
	}

	static String read(Path document) {
		try {
			return Files.readString(document);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return every block between fences.
	 * @return the blocks of all documents, in order
	 */
	static List<Example> examples() {
		return all().stream().flatMap((document) -> examples(document).stream()).toList();
	}

	private static List<Example> examples(Path document) {
		List<Example> examples = new ArrayList<>();
		List<String> block = null;
		String indent = "";
		String language = "";
		int number = 0;
		int start = 0;
		for (String line : read(document).lines().toList()) {
			number++;
			Matcher fence = FENCE.matcher(line);
			if (!fence.matches()) {
				if (block != null) {
					block.add(line.startsWith(indent) ? line.substring(indent.length()) : line.strip());
				}
			}
			else if (block == null) {
				block = new ArrayList<>();
				indent = fence.group(1);
				language = fence.group(2).strip();
				start = number;
			}
			else {
				examples.add(new Example(document.getFileName() + ":" + start, language, String.join("\n", block)));
				block = null;
			}
		}
		if (block != null) {
			throw new IllegalStateException(document + " has a block without an end at line " + start);
		}
		return examples;
	}

	/**
	 * A block between fences.
	 *
	 * @param place document and line
	 * @param language what stands behind the opening fence
	 * @param text what stands between the fences, without their indentation
	 */
	record Example(String place, String language, String text) {

		@Override
		public String toString() {
			return this.place + " " + this.language;
		}

	}

}
