package io.github.otlpboot.benchmark.request;

import java.util.List;
import java.util.Map;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.JmhExperiment;
import io.github.otlpboot.benchmark.harness.JmhPlan;
import io.github.otlpboot.benchmark.harness.RealSpans;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What is done to requests as they pass.
 */
public final class RequestExperiments {

	private static final Map<String, String> SUBJECTS = Map.of("walk", "walk the tags", "decode",
			"decode with protobuf-java");

	private RequestExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		double gigabytes = RealSpans.serialize(RealSpans.make(RealSpans.BATCH)).length / 1e9;
		JmhPlan.Names names = new JmhPlan.Names(RequestExperiments::subject, (params) -> "512 spans");
		JmhPlan plan = new JmhPlan(RequestWalkBenchmark.class.getName(), List.of(1), 5, 3, 5, 500, List.of(), names,
				gigabytes, "GB/s", true);
		return List.of(new JmhExperiment("walk", plan, "decode with protobuf-java"));
	}

	private static String subject(BenchmarkParams params) {
		String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
		return SUBJECTS.getOrDefault(method, method);
	}

}
