package io.github.otlpboot.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.otlpboot.pipeline.PipelineStatus;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The {@code otlp} endpoint: everything that health shows, and what became of every item.
 * Read-only unless access is granted. Thread-safe.
 */
@Endpoint(id = "otlp", defaultAccess = Access.READ_ONLY)
public final class OtlpEndpoint {

	private final Supplier<PipelineStatus> status;

	private final Map<String, Object> settings;

	/**
	 * Create an endpoint.
	 * @param status tells how the pipeline is doing
	 * @param settings what else is worth knowing, such as the sampling probability; no
	 * secrets
	 */
	public OtlpEndpoint(Supplier<PipelineStatus> status, Map<String, Object> settings) {
		this.status = status;
		this.settings = Map.copyOf(settings);
	}

	/**
	 * Return how the pipeline is doing.
	 * @return the document
	 */
	@ReadOperation
	public Map<String, Object> otlp() {
		PipelineStatus current = this.status.get();
		Assessment assessment = Assessment.of(current);
		StatusDocument document = new StatusDocument(current);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("status", assessment.level().name());
		String description = assessment.description();
		if (description != null) {
			result.put("description", description);
		}
		result.putAll(this.settings);
		result.put("destinations", document.destinations());
		result.put("storage", document.storage());
		result.put("signals", document.signals());
		result.put("lastFailures", document.failures());
		return result;
	}

}
