package io.github.otlpboot.testing;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A key and the certificate that a {@link TestAuthority} has issued for it.
 *
 * @param key the private key
 * @param certificate the certificate
 * @param authority the certificate of the authority
 */
public record TestCertificate(Key key, Certificate certificate, Certificate authority) {

	/**
	 * Return the certificate.
	 * @return PEM
	 */
	public String certificatePem() throws GeneralSecurityException {
		return TestAuthority.pem("CERTIFICATE", this.certificate.getEncoded());
	}

	/**
	 * Return the private key.
	 * @return PEM
	 */
	public String keyPem() {
		return TestAuthority.pem("PRIVATE KEY", this.key.getEncoded());
	}

	/**
	 * Return whom those trust who trust the authority.
	 * @return the trust managers
	 */
	public TrustManager[] trustManagers() throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("ca", this.authority);
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		return factory.getTrustManagers();
	}

	/**
	 * Return the key, for those who prove who they are with it.
	 * @return the key manager
	 */
	public X509ExtendedKeyManager keyManager() throws GeneralSecurityException {
		try {
			KeyStore keys = KeyStore.getInstance("PKCS12");
			keys.load(null, null);
			keys.setKeyEntry("key", this.key, new char[0], new Certificate[] { this.certificate, this.authority });
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(keys, new char[0]);
			return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
		}
		catch (IOException ex) {
			throw new GeneralSecurityException(ex);
		}
	}

	/**
	 * The key of a server, which can be renewed while the server runs.
	 */
	public static final class Server extends X509ExtendedKeyManager {

		private volatile X509ExtendedKeyManager current;

		/**
		 * Create a server's key.
		 * @param certificate the first certificate
		 */
		public Server(TestCertificate certificate) throws GeneralSecurityException {
			this.current = certificate.keyManager();
		}

		/**
		 * Use another certificate for new connections.
		 * @param certificate the certificate
		 */
		public void renew(TestCertificate certificate) throws GeneralSecurityException {
			this.current = certificate.keyManager();
		}

		/**
		 * Return a context with this key.
		 * @param clients whose certificates are trusted: what this authority has issued
		 * @return the context
		 */
		public SSLContext context(TestCertificate clients) throws Exception {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(new KeyManager[] { this }, clients.trustManagers(), null);
			return context;
		}

		@Override
		public String[] getClientAliases(String keyType, Principal[] issuers) {
			return this.current.getClientAliases(keyType, issuers);
		}

		@Override
		public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
			return this.current.chooseClientAlias(keyType, issuers, socket);
		}

		@Override
		public String[] getServerAliases(String keyType, Principal[] issuers) {
			return this.current.getServerAliases(keyType, issuers);
		}

		@Override
		public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
			return this.current.chooseServerAlias(keyType, issuers, socket);
		}

		@Override
		public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
			return this.current.chooseEngineServerAlias(keyType, issuers, engine);
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.current.getCertificateChain(alias);
		}

		@Override
		public PrivateKey getPrivateKey(String alias) {
			return this.current.getPrivateKey(alias);
		}

	}

}
