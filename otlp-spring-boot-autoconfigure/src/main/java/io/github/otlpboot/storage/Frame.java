package io.github.otlpboot.storage;

/**
 * A stretch of a segment, from one offset to another in bytes.
 */
sealed interface Frame {

	/**
	 * Return where the frame starts.
	 * @return the offset of its first byte
	 */
	long offset();

	/**
	 * Return where the frame ends.
	 * @return the offset of the first byte after it
	 */
	long end();

	/**
	 * A record with a whole header and a complete payload, which may be damaged all the
	 * same. Its type and codec may be unknown.
	 *
	 * @param header the header
	 * @param offset where the header starts
	 */
	record Intact(RecordHeader header, long offset) implements Frame {

		@Override
		public long end() {
			return this.offset + this.header.frameLength();
		}

		/**
		 * Return where the payload starts.
		 * @return the offset of its first byte
		 */
		long payloadOffset() {
			return this.offset + RecordHeader.LENGTH;
		}

	}

	/**
	 * Bytes without a readable header, up to the next one that is whole.
	 *
	 * @param offset where they start
	 * @param end where they end
	 */
	record Damaged(long offset, long end) implements Frame {

	}

	/**
	 * An incomplete record at the end: too short for a header, with a payload that runs
	 * past the end, or without a readable header in all that follows.
	 *
	 * @param offset where it starts
	 * @param end where the segment ends
	 */
	record Torn(long offset, long end) implements Frame {

	}

}
