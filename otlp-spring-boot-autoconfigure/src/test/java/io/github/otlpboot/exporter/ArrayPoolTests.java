package io.github.otlpboot.exporter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ArrayPoolTests {

	private final ArrayPool pool = new ArrayPool();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 512, 513, ArrayPool.MAX_LENGTH, ArrayPool.MAX_LENGTH + 1 })
	void givesAtLeastTheLengthAndLittleMore(int length) {
		assertThat(this.pool.take(length).length).isBetween(length, length + 511);
	}

	@Test
	void anArrayThatWasGivenBackIsTakenOnce() {
		byte[] array = this.pool.take(10_000);
		this.pool.give(array);
		assertThat(this.pool.take(9_000)).isSameAs(array);
		assertThat(this.pool.take(9_000)).isNotSameAs(array);
	}

	@Test
	void anArrayThatIsTooShortOrMuchTooLongIsNotTaken() {
		byte[] array = this.pool.take(100_000);
		this.pool.give(array);
		assertThat(this.pool.take(200_000)).isNotSameAs(array);
		assertThat(this.pool.take(10_000)).isNotSameAs(array);
		assertThat(this.pool.take(60_000)).isSameAs(array);
	}

	@Test
	void keepsFewArraysAndNoLargeOnes() {
		byte[] first = this.pool.take(5000);
		this.pool.give(first);
		for (int i = 0; i < 4; i++) {
			this.pool.give(new byte[8192]);
		}
		for (int i = 0; i < 4; i++) {
			assertThat(this.pool.take(5000)).isNotSameAs(first);
		}
		byte[] large = new byte[ArrayPool.MAX_LENGTH + 1];
		this.pool.give(large);
		assertThat(this.pool.take(large.length)).isNotSameAs(large);
	}

}
