package io.github.otlpboot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.github.otlpboot.model.Signal;

import org.springframework.context.annotation.Conditional;

/**
 * Matches if some source of configuration says where a signal goes. Where a pipeline of
 * the user's own takes the place of ours, it is taken to know.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnEndpointCondition.class)
public @interface ConditionalOnSignalEndpoint {

	/**
	 * The signals, one of which must go somewhere.
	 * @return the signals
	 */
	Signal[] value();

}
