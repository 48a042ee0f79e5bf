package io.github.otlpboot.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Payload}.
 */
class PayloadTests {

	@Test
	void holdsAWholeArray() {
		byte[] array = { 1, 2, 3 };
		Payload payload = Payload.of(array);
		assertThat(payload.array()).isSameAs(array);
		assertThat(payload.offset()).isZero();
		assertThat(payload.length()).isEqualTo(3);
	}

	@Test
	void givesOutTheRangeOnly() throws IOException {
		Payload payload = Payload.of(new byte[] { 1, 2, 3, 4, 5 }, 1, 3, () -> {
		});
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		payload.writeTo(output);
		assertThat(output.toByteArray()).containsExactly(2, 3, 4);
		ByteBuffer buffer = payload.asByteBuffer();
		assertThat(buffer.isReadOnly()).isTrue();
		byte[] copy = new byte[buffer.remaining()];
		buffer.get(copy);
		assertThat(copy).containsExactly(2, 3, 4);
	}

	@Test
	void whenRangeIsNotWithinArrayThrows() {
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> Payload.of(new byte[3], 1, 3, () -> {
			}));
	}

	@Test
	void whenReleasedTwiceThrowsAndTellsItsOwnerOnce() {
		AtomicInteger released = new AtomicInteger();
		Payload payload = Payload.of(new byte[3], 0, 3, released::incrementAndGet);
		payload.release();
		assertThatIllegalStateException().isThrownBy(payload::release);
		assertThat(released).hasValue(1);
	}

	@Test
	void whenItBelongsToNoPoolIsReleasedOnceAllTheSame() {
		Payload payload = Payload.of(new byte[3]);
		payload.release();
		assertThatIllegalStateException().isThrownBy(payload::release);
	}

	@Test
	void whenManyThreadsReleaseItOneDoes() throws InterruptedException {
		AtomicInteger released = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		int rounds = 500;
		int threads = 4;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		for (int i = 0; i < rounds; i++) {
			Payload payload = Payload.of(new byte[3], 0, 3, released::incrementAndGet);
			CountDownLatch start = new CountDownLatch(threads);
			for (int j = 0; j < threads; j++) {
				executor.execute(() -> {
					start.countDown();
					try {
						start.await();
						payload.release();
					}
					catch (IllegalStateException ex) {
						refused.incrementAndGet();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				});
			}
		}
		executor.shutdown();
		assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
		assertThat(released).hasValue(rounds);
		assertThat(refused).hasValue(rounds * (threads - 1));
	}

	@Test
	void saysNothingOfItsContent() {
		assertThat(Payload.of("secret".getBytes(StandardCharsets.UTF_8))).hasToString("Payload[6 bytes]");
	}

}
