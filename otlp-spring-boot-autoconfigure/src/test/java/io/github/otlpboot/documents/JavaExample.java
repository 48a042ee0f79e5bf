package io.github.otlpboot.documents;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.documents.Documents.Example;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.exporter.TemporalityCustomizer;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An example of Java that compiles without a warning: a configuration, with which an
 * application delivers, or a test, which passes.
 *
 * @param example the example
 * @param directory for what the compiler makes
 */
record JavaExample(Example example, Path directory) {

	private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");

	void run() throws Exception {
		Matcher matcher = CLASS.matcher(this.example.text());
		assertThat(matcher.find()).as("a class").isTrue();
		String name = matcher.group(1);
		Path classes = Files.createDirectories(this.directory.resolve("classes"));
		if (name.endsWith("Tests")) {
			compile(TestExample.PACKAGE.replace('.', '/') + "/" + name,
					"package " + TestExample.PACKAGE + ";\n" + this.example.text(), classes);
			try (URLClassLoader loader = loader(classes)) {
				new TestExample(loader.loadClass(TestExample.PACKAGE + "." + name)).run();
			}
			return;
		}
		compile(name, this.example.text(), classes);
		try (URLClassLoader loader = loader(classes); OtlpTestServer server = OtlpTestServer.open()) {
			Class<?> configuration = loader.loadClass(name);
			assertThat(configuration).hasAnnotation(Configuration.class);
			deliver(configuration, server);
		}
	}

	private URLClassLoader loader(Path classes) throws IOException {
		return new URLClassLoader(new URL[] { classes.toUri().toURL() }, getClass().getClassLoader());
	}

	private static void compile(String name, String text, Path classes) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"),
				JavaFileObject.Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return text;
			}

		};
		List<String> options = List.of("-Xlint:all,-processing,-classfile,-path", "-Werror", "-proc:none", "--release",
				"17", "-parameters", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
		assertThat(compiler.getTask(messages, null, null, options, null, List.of(source)).call())
			.as(messages.toString())
			.isTrue();
	}

	private static void deliver(Class<?> configuration, OtlpTestServer server) {
		Supplier<String> vault = () -> "t0ken";
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(OtlpPipelineAutoConfiguration.class))
			.withUserConfiguration(configuration)
			.withBean("vault", Supplier.class, () -> vault)
			.withPropertyValues("otlp.forwarder.endpoint=" + server.url(), "otlp.shutdown-timeout=1s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(Pipeline.class).accept(new SpanBatches().make(1).batch());
				await().until(() -> !server.requests().isEmpty());
				if (context.getBeanProvider(HeadersSupplier.class).getIfAvailable() != null) {
					assertThat(server.requests().get(0).header("authorization")).isEqualTo("Bearer t0ken");
				}
				else {
					assertThat(context).hasSingleBean(TemporalityCustomizer.class);
					assertThat(context.getBean(Temporality.class)).isEqualTo(Temporality.DELTA);
				}
			});
	}

}
