package portvakt.gate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the design point one way: pure parts know nobody, devices stay in their adapters, only the wiring sees all. */
@AnalyzeClasses(packages = "portvakt", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule accessKnowsOnlyTheProtocol = classes()
            .that()
            .resideInAPackage("portvakt.gate.access..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "portvakt.protocol..", "portvakt.gate.access..");

    @ArchTest
    static final ArchRule passageKnowsOnlyAccess = classes()
            .that()
            .resideInAPackage("portvakt.gate.passage..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "portvakt.gate.access..", "portvakt.gate.passage..");

    @ArchTest
    static final ArchRule timeKnowsOnlyAccess = classes()
            .that()
            .resideInAPackage("portvakt.gate.time..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "portvakt.protocol..", "portvakt.gate.access..", "portvakt.gate.time..");

    @ArchTest
    static final ArchRule outboxKnowsNobody = classes()
            .that()
            .resideInAPackage("portvakt.gate.outbox..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "portvakt.gate.outbox..");

    @ArchTest
    static final ArchRule pureMeansNoInputNoOutputNoThread = noClasses()
            .that()
            .resideInAnyPackage(
                    "portvakt.gate.access..",
                    "portvakt.gate.time..",
                    "portvakt.gate.passage..",
                    "portvakt.gate.outbox..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..");

    @ArchTest
    static final ArchRule gpioStaysInItsAdapter = only("com.pi4j..", "portvakt.gate.adapter.gpio..");

    @ArchTest
    static final ArchRule smartCardsStayInTheirAdapter = only("javax.smartcardio..", "portvakt.gate.adapter.pcsc..");

    @ArchTest
    static final ArchRule zxingStaysInItsAdapter = only("com.google.zxing..", "portvakt.gate.adapter.qr..");

    @ArchTest
    static final ArchRule boofcvStaysInItsAdapter = only("boofcv..", "portvakt.gate.adapter.qr..");

    @ArchTest
    static final ArchRule pahoStaysInTheSession = only("org.eclipse.paho..", "portvakt.protocol.mqtt..");

    @ArchTest
    static final ArchRule theHttpServerStaysInTheDisplay =
            only("com.sun.net.httpserver..", "portvakt.gate.adapter.display..");

    private static ArchRule only(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOther =
            slices().matching("portvakt.gate.adapter.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule onlyTheWiringKnowsAdapters = noClasses()
            .that(resideInAnyPackage("portvakt.gate..")
                    .and(resideOutsideOfPackages(
                            "portvakt.gate", "portvakt.gate.command..", "portvakt.gate.adapter..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("portvakt.gate.adapter..");

    @ArchTest
    static final ArchRule theProtocolKnowsNoSide = noClasses()
            .that()
            .resideInAPackage("portvakt.protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("portvakt..").and(resideOutsideOfPackages("portvakt.protocol..")));
}
