package io.github.otlpboot.forwarder;

import java.util.List;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;

/**
 * One request, sent until its fate is known.
 *
 * @param parts what it is made of, in order, at least one
 */
record Request(List<Part> parts) implements Comparable<Request> {

	Request {
		parts = List.copyOf(parts);
	}

	static Request of(Part part) {
		return new Request(List.of(part));
	}

	int items() {
		return this.parts.stream().mapToInt(Part::items).sum();
	}

	/**
	 * Return the length of the whole request before compression.
	 * @return the length in bytes
	 */
	long size() {
		return this.parts.stream().mapToLong((part) -> part.payload().length()).sum();
	}

	/**
	 * Whether this request is made of several batches, which can go singly.
	 * @return {@code true} if there is more than one part
	 */
	boolean isMerged() {
		return this.parts.size() > 1;
	}

	List<Request> takeApart() {
		return this.parts.stream().map(Request::of).toList();
	}

	SendRequest toSend(Signal signal) {
		return new SendRequest(signal, this.parts.stream().map(Part::payload).toList(), items());
	}

	/**
	 * Account for all items.
	 * @param rejected how many of them were lost; the server says how many, never which
	 * @param reason why
	 */
	void settle(int rejected, LossReason reason) {
		int remaining = rejected;
		for (Part part : this.parts) {
			int lost = Math.min(remaining, part.items());
			part.delivery().addLost(lost, reason);
			part.delivery().addDelivered(part.items() - lost);
			remaining -= lost;
		}
	}

	/**
	 * Oldest first.
	 */
	@Override
	public int compareTo(Request other) {
		Part mine = this.parts.get(0);
		Part theirs = other.parts.get(0);
		int bySequence = Long.compare(mine.delivery().sourced().sequence(), theirs.delivery().sourced().sequence());
		return (bySequence != 0) ? bySequence : Integer.compare(mine.firstItem(), theirs.firstItem());
	}

	/**
	 * A batch, or a piece of one.
	 *
	 * @param delivery the batch it belongs to
	 * @param payload its bytes
	 * @param items the number of items in it
	 * @param firstItem the place of its first item in the batch
	 */
	record Part(Delivery delivery, Payload payload, int items, int firstItem) {

		static Part whole(Delivery delivery) {
			return new Part(delivery, delivery.sourced().batch().payload(), delivery.sourced().batch().items(), 0);
		}

	}

}
