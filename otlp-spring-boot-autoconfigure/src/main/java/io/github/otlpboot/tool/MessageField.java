package io.github.otlpboot.tool;

import java.util.function.Supplier;

import io.github.otlpboot.model.ProtobufReader;
import org.jspecify.annotations.Nullable;

/**
 * A field of an OTLP message.
 *
 * @param number the number on the wire
 * @param name the key in JSON
 * @param kind what is in it
 * @param label how often it is there
 * @param type gives the type of the message in it, {@code null} if it holds none
 */
record MessageField(int number, String name, FieldKind kind, Label label, @Nullable Supplier<MessageType> type) {

	static MessageField of(int number, String name, FieldKind kind) {
		return new MessageField(number, name, kind, Label.IMPLICIT, null);
	}

	/**
	 * Return a field that holds a message. The type is asked for late, because types of
	 * messages name each other in a circle.
	 * @param number the number on the wire
	 * @param name the key in JSON
	 * @param type gives the type of the message
	 * @return the field
	 */
	static MessageField of(int number, String name, Supplier<MessageType> type) {
		return new MessageField(number, name, FieldKind.MESSAGE, Label.EXPLICIT, type);
	}

	MessageField optional() {
		return labelled(Label.EXPLICIT);
	}

	MessageField repeated() {
		return labelled(Label.REPEATED);
	}

	/**
	 * Return this field as a member of the oneof of its message; no message of OTLP has
	 * two.
	 * @return a new field
	 */
	MessageField choice() {
		return labelled(Label.CHOICE);
	}

	private MessageField labelled(Label newLabel) {
		return new MessageField(this.number, this.name, this.kind, newLabel, this.type);
	}

	boolean isRepeated() {
		return this.label == Label.REPEATED;
	}

	/**
	 * Return whether a field on the wire holds one value or, where those may be packed,
	 * several. If not, it is an unknown field to every protobuf parser.
	 * @param wireType its wire type
	 * @return {@code true} if it is this field
	 */
	boolean accepts(int wireType) {
		return wireType == this.kind.wireType() || isPacked(wireType);
	}

	boolean isPacked(int wireType) {
		return isRepeated() && this.kind.isNumber() && wireType == ProtobufReader.LENGTH_DELIMITED;
	}

	/**
	 * Return whether the appearance of another field takes this one away.
	 * @param other a field of the same message
	 * @return {@code true} if both are members of its oneof
	 */
	boolean excludes(MessageField other) {
		return this.label == Label.CHOICE && other.label == Label.CHOICE && this.number != other.number;
	}

	/**
	 * How often a field is there.
	 */
	enum Label {

		/**
		 * At most once, and zero or empty is the same as absent.
		 */
		IMPLICIT,

		/**
		 * At most once, and zero or empty is not the same as absent.
		 */
		EXPLICIT,

		/**
		 * As {@link #EXPLICIT}, and instead of all other members of the oneof.
		 */
		CHOICE,

		/**
		 * Any number of times.
		 */
		REPEATED

	}

}
