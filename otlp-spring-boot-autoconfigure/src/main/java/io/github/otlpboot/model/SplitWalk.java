package io.github.otlpboot.model;

/**
 * Leads a {@link PartAssembler} through a request that is known to be well-formed. A
 * message is read twice: its fields may come in any order, but what is around an item has
 * to be known before the item.
 * <p>
 * Not thread-safe, but used by one call only.
 */
final class SplitWalk {

	private final Batch batch;

	private final PartAssembler assembler;

	// One reader for each level, because an inner level is read between two fields of
	// an outer one
	private final ProtobufReader[] readers = new ProtobufReader[RequestLevel.values().length];

	SplitWalk(Batch batch, PartAssembler assembler) {
		this.batch = batch;
		this.assembler = assembler;
	}

	void walk() {
		Payload payload = this.batch.payload();
		for (int i = 0; i < this.readers.length; i++) {
			this.readers[i] = new ProtobufReader(payload.array(), payload.offset(), payload.length());
		}
		walk(RequestLevel.REQUEST, 0, payload.offset(), payload.length());
	}

	private void walk(RequestLevel level, int field, int offset, int length) {
		if (level == RequestLevel.METRIC) {
			walkMetric(field, offset, length);
			return;
		}
		this.assembler.envelope(level).begin(field);
		collect(level, offset, length);
		RequestLevel child = level.child(this.batch.signal());
		if (child == null) {
			addItems(level, offset, length);
		}
		else {
			ProtobufReader reader = reader(level, offset, length);
			while (reader.next()) {
				if (level.isChild(reader)) {
					walk(child, reader.fieldNumber(), reader.valueOffset(), reader.valueLength());
				}
			}
		}
		this.assembler.close(level);
	}

	// A parser merges the occurrences of a member of a oneof, and drops them when another
	// member follows. So all occurrences in the last row of equal ones make one message
	// together, and what is around its data points comes from all of them.
	private void walkMetric(int field, int offset, int length) {
		Envelope metric = this.assembler.envelope(RequestLevel.METRIC);
		Envelope data = this.assembler.envelope(RequestLevel.DATA);
		metric.begin(field);
		data.begin(0);
		int start = offset;
		ProtobufReader reader = reader(RequestLevel.METRIC, offset, length);
		while (reader.next()) {
			if (!RequestLevel.METRIC.isChild(reader)) {
				metric.add(reader.fieldOffset(), reader.position());
				continue;
			}
			if (reader.fieldNumber() != data.field()) {
				data.begin(reader.fieldNumber());
				start = reader.fieldOffset();
			}
			collect(RequestLevel.DATA, reader.valueOffset(), reader.valueLength());
		}
		reader.reset(start, offset + length - start);
		while (reader.next()) {
			if (reader.isField(data.field(), ProtobufReader.LENGTH_DELIMITED)) {
				addItems(RequestLevel.DATA, reader.valueOffset(), reader.valueLength());
			}
		}
		this.assembler.close(RequestLevel.DATA);
		this.assembler.close(RequestLevel.METRIC);
	}

	private void collect(RequestLevel level, int offset, int length) {
		Envelope envelope = this.assembler.envelope(level);
		ProtobufReader reader = reader(level, offset, length);
		while (reader.next()) {
			if (!level.isChild(reader)) {
				envelope.add(reader.fieldOffset(), reader.position());
			}
		}
	}

	private void addItems(RequestLevel level, int offset, int length) {
		ProtobufReader reader = reader(level, offset, length);
		while (reader.next()) {
			if (level.isChild(reader)) {
				this.assembler.add(reader.fieldOffset(), reader.position());
			}
		}
	}

	private ProtobufReader reader(RequestLevel level, int offset, int length) {
		ProtobufReader reader = this.readers[level.depth()];
		reader.reset(offset, length);
		return reader;
	}

}
