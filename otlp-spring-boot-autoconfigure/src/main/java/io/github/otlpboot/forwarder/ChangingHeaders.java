package io.github.otlpboot.forwarder;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The headers of a transport's attempts: those that are configured, and those that a
 * {@link HeadersSupplier} adds each time, which win whatever their case. What a transport
 * makes of them is made again only when they change.
 * <p>
 * Thread-safe; no lock. Attempts that see a change at the same moment may make it twice,
 * which is all that this race can do.
 *
 * @param <T> what a transport makes of headers, immutable
 */
public final class ChangingHeaders<T> {

	private final Map<String, String> fixed;

	private final HeadersSupplier supplier;

	private final BiConsumer<String, String> check;

	private final Function<Map<String, String>, T> maker;

	private volatile Made<T> last;

	/**
	 * Create headers.
	 * @param fixed the configured ones, which have been checked
	 * @param supplier supplies the others
	 * @param check throws if a header cannot be sent, without showing its value
	 * @param maker makes something of all of them; names are compared without case
	 */
	public ChangingHeaders(Map<String, String> fixed, HeadersSupplier supplier, BiConsumer<String, String> check,
			Function<Map<String, String>, T> maker) {
		this.fixed = fixed;
		this.supplier = supplier;
		this.check = check;
		this.maker = maker;
		this.last = make(Map.of());
	}

	/**
	 * Ask for the headers of one attempt. May take as long as the supplier does.
	 * @return what the transport makes of them
	 * @throws RuntimeException if the supplier fails, or supplies what cannot be sent
	 */
	public T ask() {
		Made<T> made = this.last;
		Map<String, String> supplied = Map.copyOf(this.supplier.headers());
		if (!made.supplied().equals(supplied)) {
			made = make(supplied);
			this.last = made;
		}
		return made.value();
	}

	private Made<T> make(Map<String, String> supplied) {
		Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		all.putAll(this.fixed);
		supplied.forEach((name, value) -> {
			this.check.accept(name, value);
			// Not only the value: a name keeps the case of the one who sets it
			all.remove(name);
			all.put(name, value);
		});
		return new Made<>(supplied, this.maker.apply(Collections.unmodifiableMap(all)));
	}

	/**
	 * Return how an attempt ends whose headers could not be asked for. The message of the
	 * exception may hold anything, and the destination is not to blame.
	 * @param exception what {@link #ask()} has thrown
	 * @return the result
	 */
	public static SendResult failed(Throwable exception) {
		return new SendResult.Retryable(new SendFailure(SendFailure.Kind.OTHER, null,
				"The supplier of headers has failed: " + exception.getClass().getName(), false), null);
	}

	/**
	 * What has been made last.
	 *
	 * @param <T> what a transport makes of headers
	 * @param supplied what the supplier had said
	 * @param value what was made of it
	 */
	private record Made<T>(Map<String, String> supplied, T value) {

		/**
		 * Headers often carry credentials, so their values are not shown.
		 */
		@Override
		public String toString() {
			return "Made" + this.supplied.keySet();
		}

	}

}
