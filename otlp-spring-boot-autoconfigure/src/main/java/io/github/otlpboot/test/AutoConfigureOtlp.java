package io.github.otlpboot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test class: the context of this test stores and sends telemetry as the application
 * does. Without it the pipeline and Spring Boot's own OTLP exporters are off in tests.
 * <p>
 * Where Spring Boot's test modules switch off all exports of traces and metrics, this
 * switches those of OTLP on again, and no other.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AutoConfigureOtlp {

}
