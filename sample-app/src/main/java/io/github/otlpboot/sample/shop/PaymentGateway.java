package io.github.otlpboot.sample.shop;

import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Service;

/**
 * Charges customers. Large amounts are declined, and now and then it does not answer.
 * Thread-safe.
 */
@Service
public class PaymentGateway {

	static final BigDecimal LIMIT = new BigDecimal("500.00");

	/**
	 * One charge in so many fails.
	 */
	static final int FAILURE_INTERVAL = 97;

	private static final Logger logger = LoggerFactory.getLogger(PaymentGateway.class);

	private final AtomicLong charges = new AtomicLong();

	private final ObservationRegistry observations;

	/**
	 * Create a gateway.
	 * @param observations where its spans begin
	 */
	public PaymentGateway(ObservationRegistry observations) {
		this.observations = observations;
	}

	String charge(String customer, BigDecimal amount) {
		return Observation.createNotStarted("payment.charge", this.observations)
			.lowCardinalityKeyValue("payment.method", "card")
			.lowCardinalityKeyValue("payment.currency", "EUR")
			.highCardinalityKeyValue("payment.amount", amount.toPlainString())
			.highCardinalityKeyValue("customer.id", customer)
			.observe(() -> {
				long number = this.charges.incrementAndGet();
				if (amount.compareTo(LIMIT) > 0) {
					throw new ShopException(ShopException.Reason.PAYMENT_DECLINED,
							"The bank declines more than " + LIMIT + " euros");
				}
				if (number % FAILURE_INTERVAL == 0) {
					logger.warn("The payment gateway does not answer; charge {} of {} euros is not made", number,
							amount);
					throw new ShopException(ShopException.Reason.PAYMENT_UNAVAILABLE,
							"The payment gateway does not answer");
				}
				return "pay-" + number;
			});
	}

}
