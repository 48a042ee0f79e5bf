package io.github.otlpboot.benchmark.breaker;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Loads the classes of breakers anew, and has them report every lock that they take and
 * every atomic update that they make: monitors, synchronized methods, and the calls of
 * {@link java.util.concurrent.locks} and {@link java.util.concurrent.atomic}. What
 * classes of the JDK do inside is not counted.
 */
final class CountingClassLoader extends ClassLoader {

	private static final List<String> COUNTED = List.of("io.github.otlpboot.breaker.",
			"io.github.otlpboot.benchmark.breaker.", "io.github.resilience4j.", "dev.failsafe.");

	private static final Set<String> NOT_COUNTED = Set.of(LockCounts.class.getName(), GuardedCalls.class.getName());

	private static final Set<String> LOCKING = Set.of("lock", "tryLock", "lockInterruptibly", "readLock", "writeLock",
			"tryReadLock", "tryWriteLock");

	private static final List<String> UPDATING = List.of("compareAnd", "weakCompareAnd", "getAnd", "incrementAnd",
			"decrementAnd", "addAnd", "updateAnd", "accumulateAnd", "add", "increment", "decrement");

	CountingClassLoader() {
		super(CountingClassLoader.class.getClassLoader());
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		if (NOT_COUNTED.contains(name) || COUNTED.stream().noneMatch(name::startsWith)) {
			return super.loadClass(name, resolve);
		}
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			return (loaded != null) ? loaded : define(name);
		}
	}

	private Class<?> define(String name) throws ClassNotFoundException {
		try (InputStream content = getResourceAsStream(name.replace('.', '/') + ".class")) {
			if (content == null) {
				throw new ClassNotFoundException(name);
			}
			ClassReader reader = new ClassReader(content);
			ClassWriter writer = new ClassWriter(reader, 0);
			reader.accept(new CountingVisitor(writer), 0);
			byte[] counting = writer.toByteArray();
			return defineClass(name, counting, 0, counting.length);
		}
		catch (IOException ex) {
			throw new ClassNotFoundException(name, ex);
		}
	}

	private static final class CountingVisitor extends ClassVisitor {

		CountingVisitor(ClassVisitor next) {
			super(SpringAsmInfo.ASM_VERSION, next);
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
			return new CountingMethodVisitor(next, (access & Opcodes.ACC_SYNCHRONIZED) != 0);
		}

	}

	private static final class CountingMethodVisitor extends MethodVisitor {

		private static final String COUNTS = Type.getInternalName(LockCounts.class);

		private final boolean synchronizedMethod;

		CountingMethodVisitor(MethodVisitor next, boolean synchronizedMethod) {
			super(SpringAsmInfo.ASM_VERSION, next);
			this.synchronizedMethod = synchronizedMethod;
		}

		@Override
		public void visitCode() {
			super.visitCode();
			if (this.synchronizedMethod) {
				count("lock");
			}
		}

		@Override
		public void visitInsn(int opcode) {
			if (opcode == Opcodes.MONITORENTER) {
				count("lock");
			}
			super.visitInsn(opcode);
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			// The read lock of a ReadWriteLock is an object, that of a StampedLock is
			// taken
			boolean taken = !descriptor.endsWith("Lock;");
			if (owner.startsWith("java/util/concurrent/locks/") && LOCKING.contains(name) && taken) {
				count("lock");
			}
			boolean atomic = owner.startsWith("java/util/concurrent/atomic/")
					|| owner.equals("java/lang/invoke/VarHandle");
			if (atomic && UPDATING.stream().anyMatch(name::startsWith)) {
				count("update");
			}
			super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
		}

		private void count(String what) {
			super.visitMethodInsn(Opcodes.INVOKESTATIC, COUNTS, what, "()V", false);
		}

	}

}
