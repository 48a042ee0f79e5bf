package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority of a test, which issues certificates with the JDK's own
 * {@code keytool}.
 */
public final class TestAuthority {

	private static final String PASSWORD = "changeit";

	private final Path directory;

	private final Path keys;

	private final Certificate certificate;

	private int issued;

	private TestAuthority(Path directory, Path keys, Certificate certificate) {
		this.directory = directory;
		this.keys = keys;
		this.certificate = certificate;
	}

	/**
	 * Found an authority.
	 * @param directory where it keeps its files; one authority each
	 * @return the authority
	 */
	public static TestAuthority found(Path directory) throws Exception {
		Path keys = directory.resolve("authority.p12");
		keytool(directory, "-genkeypair", "-alias", "ca", "-dname", "CN=Test Authority", "-ext", "bc:c", "-keyalg",
				"EC", "-storetype", "PKCS12", "-keystore", keys.toString(), "-storepass", PASSWORD);
		return new TestAuthority(directory, keys, load(keys).getCertificate("ca"));
	}

	/**
	 * Issue a certificate.
	 * @param subject the subject alternative name, such as {@code ip:127.0.0.1}
	 * @param validity options of keytool for the time for which it is valid, if it is not
	 * from now on
	 * @return key and certificate
	 */
	public TestCertificate issue(String subject, String... validity) throws Exception {
		String name = "issued-" + ++this.issued;
		Path leaf = this.directory.resolve(name + ".p12");
		Path request = this.directory.resolve(name + ".csr");
		Path answer = this.directory.resolve(name + ".cer");
		keytool(this.directory, "-genkeypair", "-alias", "leaf", "-dname", "CN=" + name, "-keyalg", "EC", "-storetype",
				"PKCS12", "-keystore", leaf.toString(), "-storepass", PASSWORD);
		keytool(this.directory, "-certreq", "-alias", "leaf", "-file", request.toString(), "-keystore", leaf.toString(),
				"-storepass", PASSWORD);
		List<String> arguments = new ArrayList<>(
				List.of("-gencert", "-alias", "ca", "-ext", "san=" + subject, "-infile", request.toString(), "-outfile",
						answer.toString(), "-keystore", this.keys.toString(), "-storepass", PASSWORD));
		arguments.addAll(Arrays.asList(validity));
		keytool(this.directory, arguments.toArray(String[]::new));
		Key key = load(leaf).getKey("leaf", PASSWORD.toCharArray());
		try (InputStream input = Files.newInputStream(answer)) {
			Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(input);
			return new TestCertificate(key, certificate, this.certificate);
		}
	}

	/**
	 * Return the certificate of the authority, for those who trust it.
	 * @return PEM
	 */
	public String pem() throws GeneralSecurityException {
		return pem("CERTIFICATE", this.certificate.getEncoded());
	}

	static String pem(String type, byte[] content) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)
				+ "\n-----END " + type + "-----\n";
	}

	private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(file)) {
			keys.load(input, PASSWORD.toCharArray());
		}
		return keys;
	}

	private static void keytool(Path directory, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
		command.addAll(Arrays.asList(arguments));
		Path log = directory.resolve("keytool.log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
			throw new IllegalStateException(Files.readString(log));
		}
	}

}
