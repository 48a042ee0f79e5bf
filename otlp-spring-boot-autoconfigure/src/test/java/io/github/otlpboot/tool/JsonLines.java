package io.github.otlpboot.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.otlpboot.model.OtlpRequests;
import io.github.otlpboot.model.Signal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads lines of OTLP JSON in two ways that know nothing of each other: with protobuf's
 * parser for JSON, and as a tree that is compared with what a request should look like.
 */
final class JsonLines {

	private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private JsonLines() {
	}

	static String of(Signal signal, byte[] request) {
		StringBuilder line = new StringBuilder();
		try {
			assertThat(OtlpJson.write(signal, request, 0, request.length, line)).isNull();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return line.toString();
	}

	/**
	 * Check a line against the request it is made of, with both readers.
	 */
	static void check(Signal signal, byte[] request, String line) throws InvalidProtocolBufferException {
		Message expected = known(signal, request);
		assertThat(line).doesNotContain("\n", "\r");
		assertThat(parse(signal, line)).isEqualTo(expected);
		assertThat(MAPPER.readTree(line)).isEqualTo(MAPPER.readTree(MAPPER.writeValueAsString(tree(expected))));
	}

	/**
	 * Read a request with the protobuf library, without its unknown fields. By way of a
	 * dynamic message, because a generated builder merges a member of a oneof with what
	 * it held before another member took its place, where the specification, and the
	 * parsers of other languages, forget it.
	 */
	static Message known(Signal signal, byte[] request) throws InvalidProtocolBufferException {
		Message prototype = OtlpRequests.builder(signal).getDefaultInstanceForType();
		byte[] settled = DynamicMessage.parseFrom(prototype.getDescriptorForType(), request).toByteArray();
		return DiscardUnknownFieldsParser.wrap(prototype.getParserForType()).parseFrom(settled);
	}

	/**
	 * Read a line with the protobuf library. It knows no hex, so the ids are given to it
	 * as it wants them.
	 */
	static Message parse(Signal signal, String line) throws InvalidProtocolBufferException {
		JsonNode tree = MAPPER.readTree(line);
		toBase64(tree);
		Message.Builder builder = OtlpRequests.builder(signal);
		JsonFormat.parser().merge(MAPPER.writeValueAsString(tree), builder);
		return builder.build();
	}

	private static void toBase64(JsonNode node) {
		if (node instanceof ObjectNode object) {
			for (String name : List.copyOf(object.propertyNames())) {
				if (IDS.contains(name)) {
					byte[] id = HexFormat.of().parseHex(object.get(name).asString());
					object.put(name, Base64.getEncoder().encodeToString(id));
				}
			}
		}
		if (node instanceof ObjectNode || node instanceof ArrayNode) {
			node.forEach(JsonLines::toBase64);
		}
	}

	/**
	 * Return what a message should look like in JSON, with maps, lists, strings, numbers
	 * and booleans.
	 */
	private static Map<String, Object> tree(Message message) {
		Map<String, Object> tree = new LinkedHashMap<>();
		message.getAllFields().forEach((field, value) -> {
			if (field.isRepeated()) {
				List<Object> list = new ArrayList<>();
				((List<?>) value).forEach((each) -> list.add(json(field, each)));
				tree.put(field.getJsonName(), list);
			}
			else {
				tree.put(field.getJsonName(), json(field, value));
			}
		});
		return tree;
	}

	private static Object json(FieldDescriptor field, Object value) {
		return switch (field.getType()) {
			case MESSAGE -> tree((Message) value);
			case BYTES ->
				IDS.contains(field.getJsonName()) ? HexFormat.of().formatHex(((ByteString) value).toByteArray())
						: Base64.getEncoder().encodeToString(((ByteString) value).toByteArray());
			case ENUM -> ((EnumValueDescriptor) value).getNumber();
			case INT64, SFIXED64 -> value.toString();
			case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
			case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
			case DOUBLE -> Double.isFinite((Double) value) ? value : value.toString();
			default -> value;
		};
	}

}
