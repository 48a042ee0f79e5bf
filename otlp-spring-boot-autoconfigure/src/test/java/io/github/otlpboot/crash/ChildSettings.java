package io.github.otlpboot.crash;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import io.github.otlpboot.storage.FsyncPolicy;

/**
 * What a {@link CrashingApplication} is to do.
 *
 * @param directory the storage directory
 * @param collector the base URL of the collector
 * @param application the name of the application, which owns what it stores
 * @param generation the number of the process
 * @param haltAt before which change of the disk it stands still to be killed, {@code 0}
 * for none; half-way, if that is a write
 * @param haltOn the {@linkplain HaltingDisk#name name} of the changes that count, empty
 * for all
 * @param fsync when it syncs
 */
record ChildSettings(Path directory, URI collector, String application, int generation, int haltAt, String haltOn,
		FsyncPolicy fsync) {

	ChildSettings(Path directory, URI collector, String application, int generation, int haltAt, FsyncPolicy fsync) {
		this(directory, collector, application, generation, haltAt, "", fsync);
	}

	List<String> arguments() {
		return List.of(this.directory.toString(), this.collector.toString(), this.application,
				String.valueOf(this.generation), String.valueOf(this.haltAt), this.haltOn, this.fsync.name());
	}

	static ChildSettings of(String[] arguments) {
		return new ChildSettings(Path.of(arguments[0]), URI.create(arguments[1]), arguments[2],
				Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), arguments[5],
				FsyncPolicy.valueOf(arguments[6]));
	}

}
