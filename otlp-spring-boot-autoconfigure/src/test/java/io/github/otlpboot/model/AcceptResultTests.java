package io.github.otlpboot.model;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link AcceptResult}.
 */
class AcceptResultTests {

	@Test
	void whenAllItemsAreAcceptedHasNoReason() {
		AcceptResult result = AcceptResult.accepted(3);
		assertThat(result).isEqualTo(new AcceptResult(3, 0, null));
		assertThat(result.isAccepted()).isTrue();
	}

	@Test
	void whenAllItemsAreRefusedHasTheReason() {
		AcceptResult result = AcceptResult.refused(3, RefusalReason.BUFFER_FULL);
		assertThat(result).isEqualTo(new AcceptResult(0, 3, RefusalReason.BUFFER_FULL));
		assertThat(result.isAccepted()).isFalse();
	}

	@Test
	void whenSomeItemsAreRefusedIsNotAccepted() {
		assertThat(new AcceptResult(2, 1, RefusalReason.TOO_LARGE).isAccepted()).isFalse();
	}

	@Test
	void whenCountIsNegativeThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new AcceptResult(-1, 0, null));
		assertThatIllegalArgumentException().isThrownBy(() -> new AcceptResult(0, -1, null));
	}

	@Test
	void whenReasonAndRefusalDisagreeThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new AcceptResult(1, 0, RefusalReason.CLOSED));
		assertThatIllegalArgumentException().isThrownBy(() -> new AcceptResult(1, 1, null));
	}

}
