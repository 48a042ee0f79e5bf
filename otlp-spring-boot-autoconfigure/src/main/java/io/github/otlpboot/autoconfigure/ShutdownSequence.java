package io.github.otlpboot.autoconfigure;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Closes what must outlive every other bean: spans, log records and data points come
 * until the last bean of the application is destroyed.
 * <p>
 * Beans are destroyed in the reverse order of their creation, and the container creates
 * this one, as a post-processor, before any bean of the application. What is added here
 * is closed in the reverse order of being added, once. Thread-safe; one private lock
 * guards the list.
 */
public final class ShutdownSequence implements BeanFactoryPostProcessor, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ShutdownSequence.class);

	private final Object lock = new Object();

	private final Deque<AutoCloseable> resources = new ArrayDeque<>();

	ShutdownSequence() {
	}

	/**
	 * Do nothing: only the moment of creation matters.
	 */
	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
	}

	/**
	 * Have something closed at the end, before everything that was added before it.
	 * @param resource what to close; its bean must have no destroy method of its own
	 */
	public void add(AutoCloseable resource) {
		synchronized (this.lock) {
			this.resources.push(resource);
		}
	}

	@Override
	public void destroy() {
		AutoCloseable resource = next();
		while (resource != null) {
			close(resource);
			resource = next();
		}
	}

	private @Nullable AutoCloseable next() {
		synchronized (this.lock) {
			return this.resources.poll();
		}
	}

	private static void close(AutoCloseable resource) {
		try {
			resource.close();
		}
		catch (Exception ex) {
			logger.warn("{} could not be closed", resource.getClass().getSimpleName(), ex);
		}
	}

}
