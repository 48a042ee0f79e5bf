package io.github.otlpboot.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.CredentialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Security}, {@link AttemptHeaders}, {@link SslBundleLookup} and
 * {@link HttpProxy}.
 */
class SecurityTests {

	private static final Credential CREDENTIAL = new FixedCredential("Authorization", "Bearer own",
			new CredentialStatus("ours", 17));

	private final SslBundleLookup noSsl = new SslBundleLookup(null, () -> {
	});

	@Test
	void whatIsConfiguredForOneSourceNeverGoesWhereAnotherLeads() {
		HeadersSupplier supplier = () -> Map.of("x-bean", "supplied");
		Security security = new Security(this.noSsl, CREDENTIAL, () -> List.of(supplier), 42);
		assertThat(security.headers(endpoint(Source.OTLP)).headers())
			.containsOnly(Map.entry("Authorization", "Bearer own"), Map.entry("x-bean", "supplied"));
		assertThat(security.headers(endpoint(Source.MANAGEMENT)).headers())
			.containsOnly(Map.entry("x-bean", "supplied"));
		assertThat(security.headers(endpoint(Source.ENVIRONMENT)).headers())
			.containsOnly(Map.entry("x-bean", "supplied"));
		assertThat(security.headers(endpoint(Source.CONNECTION_DETAILS)).headers()).isEmpty();
	}

	@Test
	void saysWhereTheCredentialComesFrom() {
		Security none = new Security(this.noSsl, null, null, 42);
		assertThat(none.status(endpoint(Source.OTLP))).isNull();
		assertThat(none.status(endpoint(Source.OTLP, "authorization")).get())
			.isEqualTo(new CredentialStatus("otlp.forwarder.headers", 42));
		Security own = new Security(this.noSsl, CREDENTIAL, null, 42);
		assertThat(own.status(endpoint(Source.OTLP)).get()).isEqualTo(new CredentialStatus("ours", 17));
		assertThat(own.status(endpoint(Source.CONNECTION_DETAILS))).isNull();
		Security supplied = new Security(this.noSsl, null, List::of, 42);
		assertThat(supplied.status(endpoint(Source.OTLP, "x")).get())
			.isEqualTo(new CredentialStatus("otlp.forwarder.headers, HeadersSupplier", 0));
	}

	@Test
	void headerThatTakesThePlaceOfTheCredentialEndsStartUp() {
		Security security = new Security(this.noSsl, CREDENTIAL, null, 42);
		assertThatExceptionOfType(InvalidOtlpPropertyException.class)
			.isThrownBy(() -> security.check(endpoint(Source.OTLP, "authorization")))
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo("otlp.forwarder.headers");
				assertThat(ex.reason()).contains("ours");
			});
		assertThatNoException().isThrownBy(() -> {
			security.check(endpoint(Source.OTLP, "x-tenant"));
			security.check(endpoint(Source.MANAGEMENT, "authorization"));
		});
	}

	@Test
	void laterSupplierWinsOverAnEarlierOneAndBothOverTheCredential() {
		AttemptHeaders headers = new AttemptHeaders(CREDENTIAL,
				() -> List.of(() -> Map.of("authorization", "first"), () -> Map.of("AUTHORIZATION", "second")));
		assertThat(headers.headers()).hasSize(1).containsValue("second");
	}

	@Test
	void noticesThatASupplierHasSomethingNew() {
		AtomicReference<String> token = new AtomicReference<>("first");
		AttemptHeaders headers = new AttemptHeaders(null, () -> List.of(() -> Map.of("x", token.get())));
		assertThat(headers.isRenewed()).as("before the first attempt").isFalse();
		headers.headers();
		assertThat(headers.isRenewed()).isFalse();
		token.set("second");
		assertThat(headers.isRenewed()).isTrue();
		headers.headers();
		assertThat(headers.isRenewed()).isFalse();
	}

	@Test
	void signatureThatDiffersEachTimeIsNothingNew() {
		AtomicInteger count = new AtomicInteger();
		AttemptHeaders headers = new AttemptHeaders(null,
				() -> List.of(() -> Map.of("signature", String.valueOf(count.incrementAndGet()))));
		headers.headers();
		assertThat(headers.isRenewed()).isFalse();
	}

	@Test
	void watchSurvivesWhateverASupplierThrows() {
		Security security = new Security(this.noSsl, new Changing(), null, 42);
		CredentialWatch watch = new CredentialWatch(security, new RouteRetrigger());
		assertThatNoException().isThrownBy(watch::check);
	}

	@Test
	void renewedBundleIsHandedOnBeforeTheRoutesTryAgain() {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("other", SslBundle.of(null));
		SslBundle bundle = SslBundle.of(null);
		registry.registerBundle("ours", bundle);
		List<Object> events = new ArrayList<>();
		SslBundleLookup lookup = new SslBundleLookup(registry, () -> events.add("retry"));
		assertThat(lookup.bundle("property", "ours")).isSameAs(bundle);
		lookup.onRenewal(bundle, events::add);
		SslBundle renewed = SslBundle.of(null);
		registry.updateBundle("ours", renewed);
		registry.updateBundle("other", SslBundle.of(null));
		assertThat(events).containsExactly(renewed, "retry");
	}

	@Test
	void bundleThatCannotBeUsedLeavesTheRoutesAlone() {
		SslBundle bundle = SslBundle.of(null);
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("ours", bundle);
		List<Object> events = new ArrayList<>();
		SslBundleLookup lookup = new SslBundleLookup(registry, () -> events.add("retry"));
		Consumer<SslBundle> broken = (renewed) -> {
			throw new IllegalStateException("no certificate");
		};
		lookup.onRenewal(bundle, broken);
		lookup.onRenewal(SslBundle.of(null), broken);
		registry.updateBundle("ours", SslBundle.of(null));
		assertThat(events).isEmpty();
	}

	@Test
	void unknownBundleIsNamedWithThoseThatExist() {
		for (SslBundleLookup lookup : List.of(this.noSsl,
				new SslBundleLookup(new DefaultSslBundleRegistry("there", SslBundle.of(null)), () -> {
				}))) {
			assertThatExceptionOfType(InvalidOtlpPropertyException.class)
				.isThrownBy(() -> lookup.bundle("otlp.forwarder.ssl.bundle", "missing"))
				.satisfies((ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.ssl.bundle");
					assertThat(ex.value()).isEqualTo("missing");
					assertThat(ex.reason()).contains("there are: ");
					assertThat(ex.remedy()).contains("spring.ssl.bundle.pem.missing");
				});
		}
	}

	@ParameterizedTest
	@CsvSource({ ", 3128, host", "proxy, , port", "proxy, 0, port", "proxy, 70000, port" })
	void halfAProxyEndsStartUp(String host, Integer port, String property) {
		assertThatExceptionOfType(InvalidOtlpPropertyException.class)
			.isThrownBy(() -> HttpProxy.selector(new OtlpProperties.Proxy(host, port)))
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo("otlp.forwarder.proxy." + property));
	}

	@Test
	void withoutAProxyTheSystemPropertiesCount() {
		assertThat(HttpProxy.selector(new OtlpProperties.Proxy(null, null))).isNull();
		assertThat(HttpProxy.selector(new OtlpProperties.Proxy("proxy", 3128))).isNotNull();
	}

	private static SignalEndpoint endpoint(Source source, String... headers) {
		Map<String, String> map = new HashMap<>();
		for (String header : headers) {
			map.put(header, "secret");
		}
		return new SignalEndpoint(Signal.TRACES, source, "http://localhost:4318/v1/traces",
				"management.opentelemetry.tracing.export.otlp.endpoint", map, null, null, null, null, null);
	}

	private static final class Changing implements Credential {

		@Override
		public String headerName() {
			return "x";
		}

		@Override
		public String headerValue() {
			return "y";
		}

		@Override
		public CredentialStatus status() {
			return new CredentialStatus("test", 0);
		}

		@Override
		public boolean refresh() {
			throw new IllegalStateException("whatever");
		}

		@Override
		public boolean isRefreshable() {
			return true;
		}

	}

}
