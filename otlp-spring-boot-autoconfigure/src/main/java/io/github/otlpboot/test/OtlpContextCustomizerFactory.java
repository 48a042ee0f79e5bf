package io.github.otlpboot.test;

import java.util.List;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Takes part in every context that Spring's test framework makes, and in no other.
 */
final class OtlpContextCustomizerFactory implements ContextCustomizerFactory {

	OtlpContextCustomizerFactory() {
	}

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return new OtlpContextCustomizer(TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigureOtlp.class));
	}

}
