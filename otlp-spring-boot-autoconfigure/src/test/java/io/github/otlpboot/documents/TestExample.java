package io.github.otlpboot.documents;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A documented test of an application: run as it stands, by Spring's test framework.
 *
 * @param type its class
 */
record TestExample(Class<?> type) {

	/** Where the application is that it tests. */
	static final String PACKAGE = "io.github.otlpboot.documents.shop";

	void run() throws Exception {
		List<Method> methods = Arrays.stream(this.type.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Test.class))
			.toList();
		assertThat(methods).isNotEmpty();
		TestContextManager manager = new TestContextManager(this.type);
		manager.beforeTestClass();
		try {
			for (Method method : methods) {
				Object test = newInstance();
				manager.prepareTestInstance(test);
				method.setAccessible(true);
				method.invoke(test);
			}
		}
		finally {
			manager.getTestContext().markApplicationContextDirty(null);
			manager.afterTestClass();
		}
	}

	private Object newInstance() throws ReflectiveOperationException {
		Constructor<?> constructor = this.type.getDeclaredConstructor();
		constructor.setAccessible(true);
		return constructor.newInstance();
	}

}
