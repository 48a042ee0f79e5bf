package io.github.otlpboot.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;

/**
 * Makes random requests with the protobuf library, and takes requests apart with it, as
 * the reference that the walker is checked against.
 */
public final class OtlpRequests {

	private OtlpRequests() {
	}

	public static Message.Builder builder(Signal signal) {
		return switch (signal) {
			case TRACES -> ExportTraceServiceRequest.newBuilder();
			case METRICS -> ExportMetricsServiceRequest.newBuilder();
			case LOGS -> ExportLogsServiceRequest.newBuilder();
		};
	}

	public static Message parse(Signal signal, byte[] bytes) throws InvalidProtocolBufferException {
		return builder(signal).mergeFrom(bytes).build();
	}

	static Message parse(Batch batch) {
		Payload payload = batch.payload();
		try {
			return builder(batch.signal()).mergeFrom(payload.array(), payload.offset(), payload.length()).build();
		}
		catch (InvalidProtocolBufferException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the items of a request in their order.
	 */
	static List<Item> items(Signal signal, Message request) {
		List<Item> items = new ArrayList<>();
		items(request, RequestLevel.REQUEST, signal, List.of(), List.of(), items);
		return items;
	}

	private static void items(Message message, RequestLevel level, Signal signal, List<Message> around,
			List<FieldDescriptor> fields, List<Item> items) {
		FieldDescriptor field = childField(message, level);
		if (field == null) {
			return;
		}
		List<Message> nextAround = new ArrayList<>(around);
		nextAround.add(message.toBuilder().clearField(field).build());
		List<FieldDescriptor> nextFields = new ArrayList<>(fields);
		nextFields.add(field);
		RequestLevel child = level.child(signal);
		List<?> children = (field.isRepeated()) ? (List<?>) message.getField(field) : List.of(message.getField(field));
		for (Object each : children) {
			if (child == null) {
				items.add(new Item(nextAround, nextFields, (Message) each));
			}
			else {
				items((Message) each, child, signal, nextAround, nextFields, items);
			}
		}
	}

	private static FieldDescriptor childField(Message message, RequestLevel level) {
		if (level == RequestLevel.METRIC) {
			return message.getOneofFieldDescriptor(Metric.getDescriptor().getOneofs().get(0));
		}
		int number = (level == RequestLevel.REQUEST || level == RequestLevel.DATA) ? 1 : 2;
		return message.getDescriptorForType().findFieldByNumber(number);
	}

	/**
	 * Return a request with random fields everywhere, unknown ones among them.
	 */
	public static Message random(Signal signal, Random random) {
		Message.Builder builder = builder(signal);
		fill(builder, random, 0);
		return builder.build();
	}

	private static void fill(Message.Builder builder, Random random, int depth) {
		for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
			boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
			if ((message && depth > 8) || (random.nextInt(3) == 0 && depth > 0)) {
				continue;
			}
			if (field.isRepeated()) {
				int count = (depth < 2) ? 1 + random.nextInt(3) : random.nextInt((depth < 6) ? 4 : 2);
				for (int i = 0; i < count; i++) {
					builder.addRepeatedField(field, value(builder, field, random, depth));
				}
			}
			else {
				builder.setField(field, value(builder, field, random, depth));
			}
		}
		if (random.nextInt(5) == 0) {
			builder.setUnknownFields(unknownFields(random, 0));
		}
	}

	private static Object value(Message.Builder builder, FieldDescriptor field, Random random, int depth) {
		return switch (field.getJavaType()) {
			case INT -> random.nextInt() >> random.nextInt(32);
			case LONG -> random.nextLong() >> random.nextInt(64);
			case FLOAT -> random.nextFloat();
			case DOUBLE -> (random.nextInt(10) == 0) ? Double.longBitsToDouble(random.nextLong()) : random.nextDouble();
			case BOOLEAN -> random.nextBoolean();
			case STRING -> "x".repeat((random.nextInt(40) == 0) ? random.nextInt(400) : random.nextInt(12));
			case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(17)]);
			case ENUM -> field.getEnumType().getValues().get(random.nextInt(field.getEnumType().getValues().size()));
			case MESSAGE -> {
				Message.Builder nested = builder.newBuilderForField(field);
				fill(nested, random, depth + 1);
				yield nested.build();
			}
		};
	}

	private static UnknownFieldSet unknownFields(Random random, int depth) {
		UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
		field.addVarint(random.nextLong());
		field.addFixed32(random.nextInt());
		field.addFixed64(random.nextLong());
		field.addLengthDelimited(ByteString.copyFrom(new byte[random.nextInt(20)]));
		if (depth < 3) {
			field.addGroup(unknownFields(random, depth + 1));
		}
		return UnknownFieldSet.newBuilder().addField(1500 + random.nextInt(100000), field.build()).build();
	}

	/**
	 * Return the request with the fields around its items in another order on the wire.
	 * Fields of the same number keep their order, so that it means the same.
	 */
	static byte[] shuffle(Signal signal, byte[] request, Random random) {
		try {
			return shuffle(RequestLevel.REQUEST, signal, request, random);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] shuffle(RequestLevel level, Signal signal, byte[] message, Random random) throws IOException {
		RequestLevel child = level.child(signal);
		CodedInputStream input = CodedInputStream.newInstance(message);
		List<Integer> order = new ArrayList<>();
		Map<Integer, Queue<byte[]>> fields = new HashMap<>();
		while (!input.isAtEnd()) {
			int start = input.getTotalBytesRead();
			int tag = input.readTag();
			byte[] field;
			if (child != null && isChild(level, tag)) {
				byte[] nested = shuffle(child, signal, input.readByteArray(), random);
				field = field(WireFormat.getTagFieldNumber(tag), nested);
			}
			else {
				input.skipField(tag);
				field = Arrays.copyOfRange(message, start, input.getTotalBytesRead());
			}
			order.add(WireFormat.getTagFieldNumber(tag));
			fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), (key) -> new ArrayDeque<>()).add(field);
		}
		Collections.shuffle(order, random);
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		for (Integer number : order) {
			output.write(fields.get(number).remove());
		}
		return output.toByteArray();
	}

	private static boolean isChild(RequestLevel level, int tag) {
		int number = WireFormat.getTagFieldNumber(tag);
		return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED && switch (level) {
			case REQUEST, DATA -> number == 1;
			case RESOURCE, SCOPE -> number == 2;
			case METRIC -> List.of(5, 7, 9, 10, 11).contains(number);
		};
	}

	/**
	 * Return a length-delimited field.
	 */
	public static byte[] field(int number, byte[]... contents) {
		byte[] content = concat(contents);
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		CodedOutputStream coded = CodedOutputStream.newInstance(output);
		try {
			coded.writeByteArray(number, content);
			coded.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return output.toByteArray();
	}

	public static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			output.writeBytes(part);
		}
		return output.toByteArray();
	}

	public static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

	/**
	 * An item together with everything around it, outermost first.
	 */
	record Item(List<Message> around, List<FieldDescriptor> fields, Message item) {

		/**
		 * Return the request that holds this item only.
		 */
		Message alone() {
			Message message = this.item;
			for (int i = this.around.size() - 1; i >= 0; i--) {
				FieldDescriptor field = this.fields.get(i);
				Message.Builder builder = this.around.get(i).toBuilder();
				message = ((field.isRepeated()) ? builder.addRepeatedField(field, message)
						: builder.setField(field, message))
					.build();
			}
			return message;
		}

	}

}
