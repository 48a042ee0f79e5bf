package io.github.otlpboot.pipeline;

import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.StorageSettings;

/**
 * That what is accepted is stored, and how.
 *
 * @param settings what is stored where
 * @param required whether a directory that cannot be used at the start is an error;
 * otherwise memory takes its place, and the directory is tried again and again
 * @param disk the file system
 */
public record StoragePlan(StorageSettings settings, boolean required, Disk disk) {

}
