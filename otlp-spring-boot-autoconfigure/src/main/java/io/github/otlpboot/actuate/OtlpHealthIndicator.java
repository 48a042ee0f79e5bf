package io.github.otlpboot.actuate;

import java.util.Map;
import java.util.function.Supplier;

import io.github.otlpboot.actuate.Assessment.Level;
import io.github.otlpboot.pipeline.PipelineStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of the pipeline. {@code DEGRADED} and {@code DATA_LOSS} are statuses of our own,
 * which the aggregate ignores, so that telemetry never takes an application out of
 * rotation unless it is configured to. Thread-safe; reads a snapshot, never the disk or
 * the network.
 */
public final class OtlpHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<PipelineStatus> status;

	private final Map<Level, String> statusNames;

	/**
	 * Create an indicator.
	 * @param status tells how the pipeline is doing
	 * @param degradedStatus the status while something fails and nothing is lost
	 * @param dataLossStatus the status while items are being lost or refused
	 */
	public OtlpHealthIndicator(Supplier<PipelineStatus> status, String degradedStatus, String dataLossStatus) {
		super("The state of the OTLP pipeline could not be read");
		this.status = status;
		this.statusNames = Map.of(Level.UP, Status.UP.getCode(), Level.DEGRADED, degradedStatus, Level.DATA_LOSS,
				dataLossStatus);
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		PipelineStatus current = this.status.get();
		Assessment assessment = Assessment.of(current);
		StatusDocument document = new StatusDocument(current);
		String code = this.statusNames.getOrDefault(assessment.level(), Status.UNKNOWN.getCode());
		String description = assessment.description();
		builder.status((description != null) ? new Status(code, description) : new Status(code))
			.withDetail("destinations", document.destinations())
			.withDetail("storage", document.storage());
	}

}
