package io.github.otlpboot.storage;

import org.jspecify.annotations.Nullable;

/**
 * A cursor as it is seen from the outside.
 *
 * @param destination the name of the destination, as far as the name of the file tells
 * @param cursor how far the destination has come, {@code null} if that is not known
 * @param otherLost the number of items lost for reasons that only a later version knows,
 * beyond those in {@code cursor}
 * @param problem what is wrong with the file, as the end of a sentence, {@code null} if
 * nothing is
 */
public record CursorView(String destination, @Nullable Cursor cursor, long otherLost, @Nullable String problem) {

}
