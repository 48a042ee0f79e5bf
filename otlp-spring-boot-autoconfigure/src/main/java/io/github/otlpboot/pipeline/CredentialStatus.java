package io.github.otlpboot.pipeline;

/**
 * Where the credential of a route comes from; never the credential.
 *
 * @param source the setting, and the file if it is read from one; for people to read
 * @param loadedAt when it was read last, in milliseconds since the epoch; {@code 0} if it
 * is asked for at each attempt
 */
public record CredentialStatus(String source, long loadedAt) {

}
