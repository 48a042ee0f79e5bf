package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.github.otlpboot.pipeline.CredentialStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;

/**
 * A bearer token that stands in a file, as mounted by Kubernetes or written by an agent,
 * and is read again when the file changes. While it cannot be read, the last token is
 * kept. A resource that is no file is read once.
 * <p>
 * Thread-safe: {@code token} alone is shared; the other fields belong to the one thread
 * that calls {@link #refresh()}.
 */
final class TokenLocation implements Credential {

	private static final Logger logger = LoggerFactory.getLogger(TokenLocation.class);

	/** Servers refuse headers of this size, so whatever is larger is no token. */
	private static final int MAX_BYTES = 16 * 1024;

	private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(10);

	private final Resource resource;

	private final String source;

	private final Clock clock;

	private final LongSupplier nanos;

	private volatile Token token;

	private @Nullable Stamp stamp;

	private boolean unreadable;

	private long warnedAt;

	private TokenLocation(Resource resource, String source, Clock clock, LongSupplier nanos) throws IOException {
		this.resource = resource;
		this.source = source;
		this.clock = clock;
		this.nanos = nanos;
		this.stamp = stamp();
		this.token = read();
	}

	/**
	 * Read a token.
	 * @param resource where it stands
	 * @param source the property and the location, for people to read
	 * @param clock tells when it was read
	 * @param nanos the source of elapsed time in nanoseconds
	 * @return the credential
	 * @throws IOException if it cannot be read or is no token; the message does not show
	 * it
	 */
	static TokenLocation open(Resource resource, String source, Clock clock, LongSupplier nanos) throws IOException {
		return new TokenLocation(resource, source, clock, nanos);
	}

	@Override
	public String headerName() {
		return "Authorization";
	}

	@Override
	public String headerValue() {
		return "Bearer " + this.token.value();
	}

	@Override
	public CredentialStatus status() {
		return new CredentialStatus(this.source, this.token.readAt());
	}

	@Override
	public boolean isRefreshable() {
		return this.resource.isFile();
	}

	@Override
	public boolean refresh() {
		try {
			// Before the content, so that a change while it is read is seen next time
			Stamp current = stamp();
			if (!this.unreadable && current != null && current.equals(this.stamp)) {
				return false;
			}
			Token read = read();
			boolean changed = !read.value().equals(this.token.value());
			this.stamp = current;
			this.token = read;
			if (this.unreadable) {
				this.unreadable = false;
				logger.info("The token of {} can be read again", this.source);
			}
			return changed;
		}
		catch (IOException ex) {
			keepLast(ex);
			return false;
		}
	}

	private void keepLast(IOException ex) {
		long now = this.nanos.getAsLong();
		if (!this.unreadable || now - this.warnedAt >= BETWEEN_WARNINGS.toNanos()) {
			this.warnedAt = now;
			logger.warn("The token of {} cannot be read, the last one is kept: {}", this.source, describe(ex));
		}
		this.unreadable = true;
	}

	/**
	 * Say what is wrong.
	 * @param ex what reading has thrown
	 * @return a text without the content of the file
	 */
	static String describe(IOException ex) {
		return (ex instanceof NoToken) ? String.valueOf(ex.getMessage()) : ex.getClass().getSimpleName();
	}

	private @Nullable Stamp stamp() throws IOException {
		if (!this.resource.isFile()) {
			return null;
		}
		// Follows the links that Kubernetes turns when it renews a secret
		Path file = this.resource.getFile().toPath();
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
		return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
	}

	private Token read() throws IOException {
		byte[] bytes;
		try (InputStream input = this.resource.getInputStream()) {
			bytes = input.readNBytes(MAX_BYTES + 1);
		}
		if (bytes.length > MAX_BYTES) {
			throw new NoToken("it holds more than " + MAX_BYTES + " bytes");
		}
		String value = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
		if (value.isEmpty()) {
			throw new NoToken("it is empty");
		}
		if (!HeaderRules.isValue(value)) {
			throw new NoToken("it holds line breaks, control characters, or characters beyond ISO 8859-1");
		}
		return new Token(value, this.clock.millis());
	}

	@Override
	public String toString() {
		return "TokenLocation[" + this.source + "]";
	}

	/**
	 * What has been read.
	 *
	 * @param value the token
	 * @param readAt when, in milliseconds since the epoch
	 */
	private record Token(String value, long readAt) {

		@Override
		public String toString() {
			return "Token[readAt=" + this.readAt + "]";
		}

	}

	/**
	 * What changes when a file does.
	 *
	 * @param modified the time of its last change
	 * @param size its size
	 * @param key its identity, {@code null} if the file system knows none
	 */
	private record Stamp(FileTime modified, long size, @Nullable Object key) {

	}

	/**
	 * The file can be read and holds no token.
	 */
	private static final class NoToken extends IOException {

		private static final long serialVersionUID = 1L;

		NoToken(String message) {
			super(message);
		}

	}

}
