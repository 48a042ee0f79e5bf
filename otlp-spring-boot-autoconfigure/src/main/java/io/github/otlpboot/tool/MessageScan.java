package io.github.otlpboot.tool;

import io.github.otlpboot.model.ProtobufReader;
import org.jspecify.annotations.Nullable;

/**
 * Goes once over the known fields of a message. It keeps its own place, so that between
 * two fields the reader may be used for what is in the first.
 * <p>
 * Not thread-safe.
 */
final class MessageScan {

	private final ProtobufReader reader;

	private final MessageType type;

	private final Ranges ranges;

	private int range;

	private int position;

	MessageScan(ProtobufReader reader, MessageType type, Ranges ranges) {
		this.reader = reader;
		this.type = type;
		this.ranges = ranges;
		this.position = ranges.start(0);
	}

	/**
	 * Go to the next known field, which is then the current field of the reader.
	 * @return the field, or {@code null} at the end, or if the input is malformed
	 */
	@Nullable MessageField next() {
		while (this.range < this.ranges.count()) {
			this.reader.reset(this.position, this.ranges.end(this.range) - this.position);
			while (this.reader.next()) {
				MessageField field = this.type.field(this.reader.fieldNumber());
				if (field != null && field.accepts(this.reader.wireType())) {
					this.position = this.reader.position();
					return field;
				}
			}
			if (this.reader.isMalformed()) {
				return null;
			}
			this.range++;
			if (this.range < this.ranges.count()) {
				this.position = this.ranges.start(this.range);
			}
		}
		return null;
	}

}
