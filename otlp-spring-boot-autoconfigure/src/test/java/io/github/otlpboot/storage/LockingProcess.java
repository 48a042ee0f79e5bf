package io.github.otlpboot.storage;

import java.nio.file.Path;

/**
 * A process that tries to lock a file, tells whether it did, and holds the lock until it
 * is killed, if asked to.
 */
public final class LockingProcess {

	private LockingProcess() {
	}

	public static void main(String[] args) throws Exception {
		AutoCloseable lock = new LocalDisk().tryLock(Path.of(args[0]));
		System.out.println((lock != null) ? "locked" : "refused");
		if (args[1].equals("hold")) {
			System.in.read();
		}
		if (lock != null) {
			lock.close();
		}
	}

}
