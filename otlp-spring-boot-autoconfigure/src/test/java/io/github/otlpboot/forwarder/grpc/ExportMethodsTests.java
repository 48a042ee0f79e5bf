package io.github.otlpboot.forwarder.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.grpc.ExportMethods.Response;
import io.github.otlpboot.model.Signal;
import io.grpc.MethodDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ExportMethodsTests {

	private static final MethodDescriptor<RequestPayloads, Response> METHOD = ExportMethods.of(Signal.TRACES);

	@ParameterizedTest
	@CsvSource({ "TRACES, opentelemetry.proto.collector.trace.v1.TraceService/Export",
			"METRICS, opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
			"LOGS, opentelemetry.proto.collector.logs.v1.LogsService/Export" })
	void eachSignalHasTheMethodOfItsService(Signal signal, String name) {
		assertThat(ExportMethods.of(signal).getFullMethodName()).isEqualTo(name);
	}

	@Test
	void anAnswerBeyondTheLimitIsNotKept() {
		byte[] fits = new byte[ExportMethods.MAX_RESPONSE_SIZE];
		assertThat(METHOD.parseResponse(new ByteArrayInputStream(fits)).bytes()).hasSameSizeAs(fits);
		byte[] more = new byte[ExportMethods.MAX_RESPONSE_SIZE + 1];
		assertThat(METHOD.parseResponse(new ByteArrayInputStream(more))).isEqualTo(Response.TOO_LARGE);
	}

	@Test
	void ofAnAnswerThatCannotBeReadTheStatusDecides() {
		InputStream broken = new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("broken");
			}
		};
		assertThat(METHOD.parseResponse(broken)).isEqualTo(Response.EMPTY);
	}

	@Test
	void onlyClientsUseTheMarshallers() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> METHOD.parseRequest(InputStream.nullInputStream()));
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> METHOD.streamResponse(Response.EMPTY));
	}

}
