package io.github.otlpboot.sample.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class LoadGeneratorTests {

	private final AtomicInteger orders = new AtomicInteger();

	private final AtomicInteger looks = new AtomicInteger();

	private final CountDownLatch release = new CountDownLatch(1);

	private volatile boolean hanging;

	private HttpServer shop;

	@BeforeEach
	void open() throws IOException {
		this.shop = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
		this.shop.createContext("/orders", this::answer);
		this.shop.start();
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.shop.stop(0);
		await("threads have ended").until(() -> threads() == 0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			if (this.hanging) {
				this.release.await();
			}
			exchange.getRequestBody().readAllBytes();
			if (exchange.getRequestMethod().equals("POST")) {
				exchange.getResponseHeaders().set("Location", "/orders/" + this.orders.incrementAndGet());
				exchange.sendResponseHeaders(201, -1);
			}
			else {
				this.looks.incrementAndGet();
				exchange.sendResponseHeaders(200, -1);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void ordersAndLooksUntilItIsClosed() {
		LoadGenerator load = new LoadGenerator(500);
		load.start(uri());
		load.start(uri());
		await().until(() -> this.orders.get() > 10 && this.looks.get() > 10);
		load.close();
		long answered = load.answered();
		assertThat(answered).isEqualTo(this.orders.get() + this.looks.get());
		assertThat(load.failed()).isZero();
		load.close();
		assertThat(load.answered()).isEqualTo(answered);
	}

	@Test
	void whenRateIsZeroSendsNothing() {
		LoadGenerator load = new LoadGenerator(0);
		load.start(uri());
		assertThat(threads()).isZero();
		load.close();
	}

	@Test
	void whenShopIsGoneCountsQuietlyAndGoesOn(CapturedOutput output) {
		URI shop = uri();
		this.shop.stop(0);
		try (LoadGenerator load = new LoadGenerator(500)) {
			load.start(shop);
			await().until(() -> load.failed() > 10);
			assertThat(load.answered()).isZero();
		}
		assertThat(output).doesNotContain("Exception").doesNotContain("WARN");
	}

	@Test
	void whenRequestHangsIsClosedAllTheSame() {
		this.hanging = true;
		LoadGenerator load = new LoadGenerator(100);
		load.start(uri());
		long start = System.nanoTime();
		load.close();
		assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(15));
	}

	@Test
	void whenInterruptedWhileClosingKeepsTheInterrupt() {
		this.hanging = true;
		LoadGenerator load = new LoadGenerator(100);
		load.start(uri());
		Thread.currentThread().interrupt();
		load.close();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void customerBeginsWithAnOrder() {
		long seed = System.nanoTime();
		VirtualCustomer customer = new VirtualCustomer(uri(), new Random(seed));
		HttpRequest first = customer.next();
		assertThat(first.method()).as("seed %d", seed).isEqualTo("POST");
		assertThat(first.uri()).isEqualTo(uri().resolve("/orders"));
	}

	@Test
	void whenRateIsOutOfRangeSaysSo() {
		assertThat(new LoadProperties(0).requestsPerSecond()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> new LoadProperties(-1))
			.withMessage("'sample.load.requests-per-second' must be between 0 and 1000, but is -1");
		assertThatIllegalArgumentException().isThrownBy(() -> new LoadProperties(1001));
	}

	private URI uri() {
		return URI.create("http://127.0.0.1:" + this.shop.getAddress().getPort());
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("virtual-customer"))
			.count();
	}

}
