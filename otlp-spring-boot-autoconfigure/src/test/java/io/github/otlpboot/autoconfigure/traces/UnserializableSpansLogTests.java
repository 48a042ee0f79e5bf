package io.github.otlpboot.autoconfigure.traces;

import java.time.Duration;

import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnserializableSpansLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnserializableSpansLogTests {

	private final FakeTime time = new FakeTime();

	@Test
	void tellsOnceAMinute(CapturedOutput output) {
		UnserializableSpansLog log = new UnserializableSpansLog(this.time.nanos());
		log.accept(new NullPointerException("unserializable-1"), 4);
		this.time.advance(Duration.ofSeconds(59));
		log.accept(new NullPointerException("unserializable-2"), 5);
		assertThat(output).contains("4 spans are lost", "unserializable-1").doesNotContain("unserializable-2");
		this.time.advance(Duration.ofSeconds(1));
		log.accept(new NullPointerException("unserializable-3"), 6);
		assertThat(output).contains("11 spans are lost", "unserializable-3");
	}

}
