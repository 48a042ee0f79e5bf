package io.github.otlpboot.pipeline;

import java.util.List;

import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * How the pipeline is doing. Reading it waits for neither disk nor network.
 *
 * @param at when the status was taken, in milliseconds since the epoch
 * @param ledgers what became of every item, signal by signal
 * @param routes how each route is doing
 * @param targets where each route leads
 * @param buffer how much is held in memory for each signal at most
 * @param losses what was lost or refused lately
 * @param storage how storage is doing, {@code null} if nothing is stored
 */
public record PipelineStatus(long at, List<SignalLedger> ledgers, List<RouteStatus> routes, List<Target> targets,
		BufferLimits buffer, Losses losses, @Nullable StorageStatus storage) {

	/**
	 * Where a route leads.
	 *
	 * @param destination the name of the destination
	 * @param signal the signal
	 * @param url the URL, without anything secret
	 * @param configuredBy which setting says so
	 * @param credential where the credential comes from, {@code null} if there is none
	 */
	public record Target(String destination, Signal signal, String url, String configuredBy,
			@Nullable CredentialStatus credential) {

	}

	/**
	 * Items lost or refused lately.
	 *
	 * @param lostLastFiveMinutes how many were lost in the last five minutes
	 * @param refusedLastFiveMinutes how many were refused in the last five minutes
	 * @param since when the present episode of loss began, in milliseconds since the
	 * epoch; {@code 0} if nothing was lost or refused in the last minute
	 * @param reasons why, as far as the present episode goes
	 */
	public record Losses(long lostLastFiveMinutes, long refusedLastFiveMinutes, long since, List<String> reasons) {

		/**
		 * Return whether something was lost or refused in the last minute.
		 * @return {@code true} while an episode of loss lasts
		 */
		public boolean isLosing() {
			return this.since != 0;
		}

	}

}
