package io.github.otlpboot.sample.comparison;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;

import org.springframework.context.ApplicationContext;

/**
 * Makes spans, on the thread that calls.
 */
enum Workload {

	/**
	 * One after the other as fast as it goes, by observations with eight values each, as
	 * Spring's own instrumentation does.
	 */
	FLAT_OUT {

		@Override
		void make(ApplicationContext context, int spans) {
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			for (int i = 0; i < spans; i++) {
				Observation.start("order.place", registry)
					.lowCardinalityKeyValue("product.sku", "tea-green")
					.lowCardinalityKeyValue("http.request.method", "POST")
					.lowCardinalityKeyValue("http.response.status_code", "201")
					.lowCardinalityKeyValue("http.route", "/orders/{id}")
					.highCardinalityKeyValue("order.id", String.valueOf(i))
					.highCardinalityKeyValue("customer.id", "customer-4711")
					.highCardinalityKeyValue("server.address", "shop.example.com")
					.highCardinalityKeyValue("user_agent.original", "virtual-customer/1.0")
					.stop();
			}
		}

	},

	/**
	 * A hundred each second.
	 */
	STEADY {

		@Override
		void make(ApplicationContext context, int spans) {
			io.opentelemetry.api.trace.Tracer tracer = context.getBean(OpenTelemetry.class).getTracer("comparison");
			long start = System.nanoTime();
			for (int i = 0; i < spans; i++) {
				order(tracer, i);
				long due = start + (i + 1) * TimeUnit.SECONDS.toNanos(1) / SPANS_PER_SECOND;
				for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
					LockSupport.parkNanos(left);
				}
			}
		}

	},

	/**
	 * By Micrometer's tracer, as Spring's own instrumentation does, three to a trace.
	 */
	NESTED {

		@Override
		void make(ApplicationContext context, int spans) {
			Tracer tracer = context.getBean(Tracer.class);
			for (int i = 0; i < spans / 3; i++) {
				Span request = tracer.nextSpan().name("http post /orders").tag("method", "POST").tag("status", "201");
				request.start();
				Span service = tracer.nextSpan(request).name("order.place").tag("order.id", i).start();
				tracer.nextSpan(service).name("payment.charge").tag("payment.amount", "15.80").start().end();
				service.end();
				request.end();
			}
		}

	};

	static final int SPANS_PER_SECOND = 100;

	/**
	 * Make spans and end them.
	 * @param context an application that traces
	 * @param spans how many
	 */
	abstract void make(ApplicationContext context, int spans);

	private static void order(io.opentelemetry.api.trace.Tracer tracer, int number) {
		tracer.spanBuilder("order.place")
			.setAttribute("order.id", number)
			.setAttribute("product.sku", "tea-green")
			.startSpan()
			.end();
	}

}
