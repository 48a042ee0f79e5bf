package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A fresh key with a certificate of its own, for tests.
 *
 * @param keyManagers hold the key
 * @param trustManagers trust the certificate and no other
 */
@SuppressWarnings("ArrayRecordComponent")
public record TestKeys(KeyManager[] keyManagers, TrustManager[] trustManagers) {

	private static final String PASSWORD = "changeit";

	/**
	 * Make a key.
	 * @param directory where the tool may leave its file
	 * @param extension what the certificate is for, such as {@code san=ip:127.0.0.1}
	 * @return the key
	 * @throws IOException if the tool fails
	 * @throws GeneralSecurityException if the tool fails
	 * @throws InterruptedException if the thread is interrupted
	 */
	public static TestKeys selfSigned(Path directory, String extension)
			throws IOException, GeneralSecurityException, InterruptedException {
		Path file = directory.resolve(UUID.randomUUID() + ".p12");
		String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
		Process process = new ProcessBuilder(
				List.of(keytool, "-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
						extension, "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD))
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("keytool.log").toFile())
			.start();
		if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
			throw new IllegalStateException("No key was made");
		}
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(file)) {
			keys.load(input, PASSWORD.toCharArray());
		}
		KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keyManagers.init(keys, PASSWORD.toCharArray());
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("test", keys.getCertificate("test"));
		TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trustManagers.init(trusted);
		return new TestKeys(keyManagers.getKeyManagers(), trustManagers.getTrustManagers());
	}

}
