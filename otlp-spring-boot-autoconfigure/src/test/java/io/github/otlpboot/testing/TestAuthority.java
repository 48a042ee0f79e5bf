package io.github.otlpboot.testing;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * A certificate authority of a test.
 */
public final class TestAuthority {

	private final X509Bundle authority;

	private int issued;

	private TestAuthority(X509Bundle authority) {
		this.authority = authority;
	}

	/**
	 * Found an authority.
	 * @return the authority
	 */
	public static TestAuthority found() throws Exception {
		return new TestAuthority(
				between(-1, 90).subject("CN=Test Authority").setIsCertificateAuthority(true).buildSelfSigned());
	}

	/**
	 * Issue a certificate that is valid now.
	 * @param name the host or the address that it is for
	 * @return key and certificate
	 */
	public TestCertificate issue(String name) throws Exception {
		return issue(name, -1, 90);
	}

	/**
	 * Issue a certificate.
	 * @param name the host or the address that it is for
	 * @param from the day from which it is valid, counted from now
	 * @param to the day until which it is valid, counted from now
	 * @return key and certificate
	 */
	public TestCertificate issue(String name, int from, int to) throws Exception {
		CertificateBuilder builder = between(from, to).subject("CN=issued-" + ++this.issued);
		boolean isAddress = Character.isDigit(name.charAt(0));
		X509Bundle bundle = (isAddress ? builder.addSanIpAddress(name) : builder.addSanDnsName(name))
			.buildIssuedBy(this.authority);
		return new TestCertificate(bundle.getKeyPair().getPrivate(), bundle.getCertificate(),
				this.authority.getCertificate());
	}

	private static CertificateBuilder between(int from, int to) {
		Instant now = Instant.now();
		return new CertificateBuilder().ecp256()
			.notBefore(now.plus(Duration.ofDays(from)))
			.notAfter(now.plus(Duration.ofDays(to)));
	}

	/**
	 * Return the certificate of the authority, for those who trust it.
	 * @return PEM
	 */
	public String pem() throws GeneralSecurityException {
		return pem("CERTIFICATE", this.authority.getCertificate().getEncoded());
	}

	static String pem(String type, byte[] content) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)
				+ "\n-----END " + type + "-----\n";
	}

}
