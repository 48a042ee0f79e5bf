package io.github.otlpboot.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;

import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;

/**
 * The files that examples name, in a directory of the test.
 *
 * @param root stands for the root of the file system
 */
record ExampleFiles(Path root) {

	private static final Map<String, FileText> TEXTS = Map.of("/etc/otlp/ca/ca.crt",
			(authority, certificate) -> authority.pem(), "/etc/otlp/tls/ca.crt",
			(authority, certificate) -> authority.pem(), "/etc/otlp/tls/tls.crt",
			(authority, certificate) -> certificate.certificatePem(), "/etc/otlp/tls/tls.key",
			(authority, certificate) -> certificate.keyPem(), "/var/run/secrets/otlp/token",
			(authority, certificate) -> "t0ken\n");

	/**
	 * Lead what is a path somewhere else, and make the file of a location.
	 * @param value the value of a property
	 * @return the value to use in its place
	 */
	String localized(String value) throws Exception {
		if (value.startsWith("file:")) {
			return "file:" + make(value.substring("file:".length()));
		}
		return value.startsWith("/") ? of(value).toString() : value;
	}

	Path of(String path) {
		return this.root.toAbsolutePath().resolve(path.substring(1));
	}

	private Path make(String path) throws Exception {
		FileText text = TEXTS.get(path);
		if (text == null) {
			throw new AssertionError("Nobody makes the file " + path);
		}
		Path authority = this.root.resolve("authority");
		if (!Files.exists(authority)) {
			makeAll(Files.createDirectory(authority));
		}
		return of(path);
	}

	private void makeAll(Path directory) throws Exception {
		TestAuthority authority = TestAuthority.found();
		TestCertificate certificate = authority.issue("127.0.0.1");
		for (Map.Entry<String, FileText> entry : TEXTS.entrySet()) {
			Path file = of(entry.getKey());
			Files.createDirectories(file.getParent());
			Files.writeString(file, entry.getValue().of(authority, certificate));
		}
	}

	/**
	 * What stands in a file.
	 */
	private interface FileText {

		String of(TestAuthority authority, TestCertificate certificate) throws GeneralSecurityException, IOException;

	}

}
