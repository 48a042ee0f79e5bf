package io.github.otlpboot;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of packages, who may import whom and what may come from outside, and
 * the rules of style that a reader of one class cannot check.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.otlpboot";

	private static final Path SOURCES = Path.of("src", "main", "java", "io", "github", "otlpboot");

	/**
	 * The table. To let a package import something new, change its row here and in the
	 * architecture document. Every package may use the JDK and jspecify.
	 */
	// @formatter:off
	private static final List<Row> TABLE = List.of(
			row("model").imports().andOutside(),
			row("buffer").imports("model").andOutside(),
			row("storage").imports("model").andOutside("org.slf4j.."),
			// Runs with this one jar and the JDK.
			row("tool").imports("model", "storage").andOutside(),
			row("breaker").imports().andOutside(),
			row("breaker.resilience4j").imports("breaker").andOutside("io.github.resilience4j.."),
			row("forwarder").imports("model", "breaker").andOutside("org.slf4j.."),
			row("forwarder.http").imports("forwarder", "model").andOutside("javax.net.ssl"),
			row("forwarder.grpc").imports("forwarder", "model").andOutside("io.grpc..", "javax.net.ssl"),
			row("pipeline").imports("model", "buffer", "storage", "breaker", "breaker.resilience4j", "forwarder",
					"forwarder.http", "forwarder.grpc")
				.andOutside("org.slf4j.."),
			row("exporter").imports("model")
				.andOutside("io.opentelemetry.api..", "io.opentelemetry.common..", "io.opentelemetry.context..",
						"io.opentelemetry.sdk..", "io.opentelemetry.exporter.otlp..", "io.micrometer.registry.otlp..",
						"ch.qos.logback..", "org.slf4j.event.."),
			// Not only model and pipeline: a status is made of what these three know.
			row("actuate").imports("model", "buffer", "breaker", "forwarder", "pipeline").andOutside("org.springframework.boot..", "io.micrometer.core.."),
			row("test").imports().andOutside("org.springframework..", "org.slf4j.."),
			row("autoconfigure").imports("model", "buffer", "storage", "breaker", "breaker.resilience4j", "forwarder",
					"forwarder.http", "forwarder.grpc", "pipeline", "exporter", "actuate")
				.andOutside("org.springframework..", "org.slf4j..", "javax.net.ssl"),
			// The children, one for each kind of exporter and one for actuate, name the types
			// that they configure.
			row("autoconfigure.*").imports("model", "buffer", "storage", "breaker", "breaker.resilience4j", "forwarder",
					"forwarder.http", "forwarder.grpc", "pipeline", "exporter", "actuate", "autoconfigure")
				.andOutside("org.springframework..", "org.slf4j..", "io.opentelemetry..", "io.micrometer..",
						"io.github.resilience4j..", "ch.qos.logback..", "javax.net.ssl"));
	// @formatter:on

	/**
	 * What knows no framework.
	 */
	private static final String[] CORE = packages("model", "buffer", "storage", "breaker", "forwarder", "pipeline",
			"tool");

	/**
	 * The only place that may name the real clocks, because it hands them to all the
	 * others; but for the tool, which is a program of its own.
	 */
	private static final String[] COMPOSITION = packages("autoconfigure");

	private static final String PROGRAM = ROOT + ".tool.StorageTool";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.importUrl(Signal.class.getProtectionDomain().getCodeSource().getLocation());

	/**
	 * Without this, the other rules could pass because they look at nothing.
	 */
	@Test
	void everyPackageOfTheSourcesIsLookedAt() {
		Set<String> imported = CLASSES.stream().map(ArchitectureTests::nameWithinRoot).collect(Collectors.toSet());
		assertThat(imported).isEqualTo(sourcePackages()).contains("model", "exporter");
	}

	@Test
	void everyPackageHasARow() {
		assertThat(sourcePackages()).allMatch((name) -> TABLE.stream().anyMatch((row) -> row.describes(name)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("table")
	void everyPackageImportsOnlyWhatItsRowAllows(Row row) {
		boolean exists = sourcePackages().stream().anyMatch(row::describes);
		ArchRuleDefinition.classes()
			.that(DescribedPredicate.describe("reside in " + row.name(), row::contains))
			.should()
			.onlyDependOnClassesThat(DescribedPredicate.describe("its row allows", row::allows))
			// A package that is still to come has no classes to look at; any other must.
			.allowEmptyShould(!exists)
			.check(CLASSES);
	}

	static List<Row> table() {
		return TABLE;
	}

	@Test
	void coreKnowsNoFramework() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(CORE)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.micrometer..", "io.opentelemetry..")
			.check(CLASSES);
	}

	@Test
	void nothingReachesIntoInternalsOfOpenTelemetry() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.opentelemetry..internal..")
			.check(CLASSES);
	}

	@Test
	void exporterKnowsOfTheWayInAndNotOfTheWayOut() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(packages("exporter"))
			.should()
			.dependOnClassesThat()
			.haveNameMatching(
					"io\\.github\\.otlpboot\\.model\\.(BatchSource|SourcedBatch|Settlement|LossReason|Backlog)")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void noParentImportsItsChild() {
		for (String parent : sourcePackages()) {
			ArchRuleDefinition.noClasses()
				.that()
				.resideInAPackage(ROOT + "." + parent)
				.should()
				.dependOnClassesThat(DescribedPredicate.describe("reside in a child of it",
						(type) -> type.getPackageName().startsWith(ROOT + "." + parent + ".")))
				.check(CLASSES);
		}
	}

	@Test
	void timeComesFromAnInjectedSource() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(COMPOSITION)
			.and()
			.doNotHaveFullyQualifiedName(PROGRAM)
			.should()
			.accessTargetWhere(DescribedPredicate.describe("reads a real clock", ArchitectureTests::readsRealClock))
			.check(CLASSES);
	}

	@Test
	void nothingLogsPastSlf4j() {
		// The library's own rule overlooks a logger that is only passed on.
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAPackage("java.util.logging..")
			.check(CLASSES);
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
	}

	@Test
	void classesAreFinalUnlessMadeForExtension() {
		ArchRuleDefinition.classes()
			.that()
			.areNotInterfaces()
			.and()
			.areNotAnonymousClasses()
			.and()
			.doNotHaveModifier(JavaModifier.ABSTRACT)
			.and(DescribedPredicate.not(DescribedPredicate.describe("are package-info",
					(JavaClass type) -> type.getSimpleName().equals("package-info"))))
			.and(DescribedPredicate.not(DescribedPredicate.describe("are enums", JavaClass::isEnum)))
			.and(DescribedPredicate
				.not(DescribedPredicate.describe("hold properties of Spring Boot", ArchitectureTests::holdsProperties)))
			.should()
			.haveModifier(JavaModifier.FINAL)
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(sourcePackages()).isNotEmpty().allSatisfy((name) -> {
			JavaPackage javaPackage = CLASSES.getPackage(ROOT + "." + name);
			assertThat(javaPackage.tryGetPackageInfo()).as("package-info of %s", name)
				.hasValueSatisfying(
						(packageInfo) -> assertThat(packageInfo.isAnnotatedWith(NullMarked.class)).isTrue());
		});
	}

	private static boolean readsRealClock(JavaAccess<?> access) {
		AccessTarget target = access.getTarget();
		JavaClass owner = target.getOwner();
		String name = target.getName();
		if (owner.isEquivalentTo(System.class)) {
			return name.equals("currentTimeMillis") || name.equals("nanoTime");
		}
		if (owner.isEquivalentTo(Date.class)) {
			// As a call and as Date::new.
			return target instanceof AccessTarget.CodeUnitAccessTarget constructor
					&& name.equals(JavaConstructor.CONSTRUCTOR_NAME) && constructor.getRawParameterTypes().isEmpty();
		}
		if (owner.isAssignableTo(Calendar.class)) {
			return name.equals("getInstance");
		}
		return owner.getPackageName().startsWith("java.time")
				&& (name.startsWith("system") || namesTheSystemClock(target));
	}

	/**
	 * Return whether a method of {@code java.time} that would take a clock takes none, as
	 * {@code Instant.now()} and {@code Clock.tickSeconds(zone)} do.
	 */
	private static boolean namesTheSystemClock(AccessTarget target) {
		return target instanceof AccessTarget.CodeUnitAccessTarget method
				&& (method.getName().equals("now") || method.getName().startsWith("tick"))
				&& method.getRawParameterTypes()
					.stream()
					.noneMatch((parameter) -> parameter.isAssignableTo(Clock.class));
	}

	private static boolean holdsProperties(JavaClass type) {
		return type.isAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
				|| type.getEnclosingClass().filter(ArchitectureTests::holdsProperties).isPresent();
	}

	/**
	 * Return the packages that exist, read from the sources and not from what ArchUnit
	 * has imported.
	 */
	private static Set<String> sourcePackages() {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.map((file) -> SOURCES.relativize(file.getParent()).toString().replace(File.separatorChar, '.'))
				.collect(Collectors.toCollection(TreeSet::new));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String nameWithinRoot(JavaClass type) {
		return type.getPackageName().substring(Math.min(ROOT.length() + 1, type.getPackageName().length()));
	}

	private static String[] packages(String... names) {
		return Arrays.stream(names).map((name) -> ROOT + "." + name + "..").toArray(String[]::new);
	}

	private static Row row(String name) {
		return new Row(name, Set.of(), List.of());
	}

	/**
	 * A row of the table.
	 *
	 * @param name the package below the root, or {@code parent.*} for all children of one
	 * @param ours the packages of ours that it may import
	 * @param foreign patterns of the packages of others that it may import
	 */
	record Row(String name, Set<String> ours, List<String> foreign) {

		Row imports(String... names) {
			return new Row(this.name, Set.of(names), this.foreign);
		}

		Row andOutside(String... patterns) {
			return new Row(this.name, this.ours,
					Stream.concat(Stream.of("java..", "org.jspecify.annotations"), Arrays.stream(patterns)).toList());
		}

		boolean describes(String packageName) {
			return this.name.endsWith(".*") ? packageName.startsWith(this.name.substring(0, this.name.length() - 1))
					: packageName.equals(this.name);
		}

		boolean contains(JavaClass type) {
			return isOurs(type) && describes(nameWithinRoot(type));
		}

		boolean allows(JavaClass type) {
			JavaClass element = type.getBaseComponentType();
			if (element.isPrimitive() || contains(element)) {
				return true;
			}
			if (isOurs(element)) {
				return this.ours.contains(nameWithinRoot(element));
			}
			return this.foreign.stream()
				.anyMatch((pattern) -> PackageMatcher.of(pattern).matches(element.getPackageName()));
		}

		private static boolean isOurs(JavaClass type) {
			return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
