package io.github.otlpboot.sample.collector;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RecentSpanIdsTests {

	private final RecentSpanIds ids = new RecentSpanIds(3);

	@Test
	void whenSpanIsSeenAgainIsNotNew() {
		assertThat(add(1, 1)).isTrue();
		assertThat(add(1, 1)).isFalse();
	}

	@Test
	void whenOnlyTraceOrOnlySpanIsTheSameIsNew() {
		assertThat(add(1, 1)).isTrue();
		assertThat(add(1, 2)).isTrue();
		assertThat(add(2, 1)).isTrue();
	}

	@Test
	void whenFullForgetsTheOldestAndNeverGrows() {
		for (int i = 0; i < 100; i++) {
			assertThat(add(1, i)).isTrue();
			assertThat(this.ids.size()).isLessThanOrEqualTo(3);
		}
		assertThat(add(1, 97)).isFalse();
		assertThat(add(1, 96)).isTrue();
	}

	@Test
	void whenLengthIsWrongRemembersNothing() {
		ByteString huge = ByteString.copyFrom(new byte[10_000]);
		assertThat(this.ids.add(huge, Requests.spanId(1))).isTrue();
		assertThat(this.ids.add(Requests.traceId(1), huge)).isTrue();
		assertThat(this.ids.add(ByteString.EMPTY, ByteString.EMPTY)).isTrue();
		assertThat(this.ids.size()).isZero();
	}

	private boolean add(long trace, long span) {
		return this.ids.add(Requests.traceId(trace), Requests.spanId(span));
	}

}
