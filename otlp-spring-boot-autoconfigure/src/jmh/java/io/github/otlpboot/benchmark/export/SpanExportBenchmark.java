package io.github.otlpboot.benchmark.export;

import org.openjdk.jmh.annotations.Param;

/**
 * One thread exports, as in an application of Spring Boot.
 */
public class SpanExportBenchmark extends SpanExport {

	/** Public for JMH. */
	@Param
	public ExportContestant contestant = ExportContestant.SERIALIZE;

	@Override
	ExportContestant contestant() {
		return this.contestant;
	}

}
