package io.github.otlpboot.benchmark.request;

import java.util.List;
import java.util.Map;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.JmhExperiment;
import io.github.otlpboot.benchmark.harness.JmhPlan;
import io.github.otlpboot.model.Signal;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What is done to requests as they pass.
 */
public final class RequestExperiments {

	private RequestExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		return List.of(
				experiment("walk", RequestWalkBenchmark.class,
						Map.of("walk", "walk the tags", "decode", "decode with protobuf-java")),
				experiment("split", RequestSplitBenchmark.class,
						Map.of("halve", "halve", "split", "split into eight", "decode",
								"decode, halve and encode with protobuf-java")),
				experiment("merge", RequestMergeBenchmark.class,
						Map.of("concatenate", "merge four", "decode", "decode, merge and encode with protobuf-java")));
	}

	private static Experiment experiment(String name, Class<?> benchmark, Map<String, String> subjects) {
		JmhPlan.Names names = new JmhPlan.Names((params) -> subjects.getOrDefault(method(params), method(params)),
				(params) -> items(signal(params)));
		JmhPlan plan = new JmhPlan("\\." + benchmark.getSimpleName() + "\\.", List.of(1), 3, 2, 3, 300, List.of(),
				names, (params) -> RealRequests.make(signal(params)).length / 1e9, "GB/s", true, List.of());
		return new JmhExperiment(name, plan, subjects.get("decode"));
	}

	private static String items(Signal signal) {
		return switch (signal) {
			case TRACES -> "512 spans";
			case METRICS -> "512 data points";
			case LOGS -> "512 log records";
		};
	}

	private static Signal signal(BenchmarkParams params) {
		return Signal.valueOf(params.getParam("signal"));
	}

	private static String method(BenchmarkParams params) {
		return params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
	}

}
