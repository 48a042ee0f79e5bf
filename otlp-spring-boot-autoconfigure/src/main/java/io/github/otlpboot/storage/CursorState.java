package io.github.otlpboot.storage;

import java.util.Map;

/**
 * What a cursor file holds.
 */
sealed interface CursorState {

	/**
	 * A cursor.
	 *
	 * @param cursor the cursor
	 * @param otherLost the number of items lost for reasons that only a later version
	 * knows, by their identifiers; they are part of {@code items}, and
	 * {@link CursorFile#save} keeps them
	 */
	record Present(Cursor cursor, Map<String, Long> otherLost) implements CursorState {

		public Present {
			otherLost = Map.copyOf(otherLost);
		}

	}

	/**
	 * There is none: the destination is new, or the file was lost.
	 */
	record Missing() implements CursorState {

	}

	/**
	 * There is a file that says nothing about this destination in this log, because it is
	 * damaged, or belongs to another one. The route starts at the oldest record, and the
	 * file is overwritten.
	 *
	 * @param reason what is wrong with it, as the end of a sentence
	 */
	record Unusable(String reason) implements CursorState {

	}

	/**
	 * A later version wrote it, and it has to stay as it is: {@link CursorFile#save}
	 * refuses.
	 *
	 * @param major the version
	 */
	record Newer(int major) implements CursorState {

	}

}
