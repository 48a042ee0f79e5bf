package io.github.otlpboot.storage;

import java.util.List;

/**
 * Whose data a slot holds. An orphaned slot is adopted by an equal owner only: any other
 * would send the data to the wrong destinations.
 *
 * @param application the name of the application
 * @param destinationsHash a hash of where the data goes
 */
public record SlotOwner(String application, long destinationsHash) {

	/** The longest name of an application, in characters. */
	private static final int MAX_LENGTH = 1024;

	public SlotOwner {
		if (application.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("application must not be longer than " + MAX_LENGTH + " characters");
		}
		// Otherwise an odd name would not be recognised when it is read back.
		application = FileNames.storable(application);
	}

	/**
	 * Create an owner.
	 * @param application the name of the application; of one that is too long the start
	 * is kept, and the rest goes into the hash
	 * @param destinations what tells the destinations apart, in an order that stays the
	 * same from run to run
	 * @return the owner
	 */
	public static SlotOwner of(String application, List<String> destinations) {
		if (application.length() <= MAX_LENGTH) {
			return new SlotOwner(application, FileNames.hash(destinations));
		}
		long hash = FileNames.hash(List.of(application, Long.toHexString(FileNames.hash(destinations))));
		return new SlotOwner(application.substring(0, MAX_LENGTH), hash);
	}

}
