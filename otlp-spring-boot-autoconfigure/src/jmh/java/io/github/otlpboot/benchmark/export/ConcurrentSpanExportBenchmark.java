package io.github.otlpboot.benchmark.export;

import org.openjdk.jmh.annotations.Param;

/**
 * Several threads export at once, which Spring Boot never has them do, and which contrib
 * disk-buffering does not stand: its threads share one marshaler.
 */
public class ConcurrentSpanExportBenchmark extends SpanExport {

	/** Public for JMH. */
	@Param({ "SERIALIZE", "BY_HAND", "STARTER", "STOCK_JDK", "STOCK_OKHTTP" })
	public ExportContestant contestant = ExportContestant.SERIALIZE;

	@Override
	ExportContestant contestant() {
		return this.contestant;
	}

}
