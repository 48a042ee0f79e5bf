package io.github.otlpboot.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests with libraries beside ours that are on no other test's class path. The build runs
 * them by themselves, in its execution {@code ecosystem}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Tag("ecosystem")
@EnabledIfSystemProperty(named = "otlp.ecosystem", matches = "true",
		disabledReason = "needs the class path of the build's execution 'ecosystem'")
public @interface EcosystemTest {

}
