package portvakt.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The server's arrows point one way: pure parts know nobody, pages know no SQL, databases and brokers stay in their adapters. */
@AnalyzeClasses(packages = "portvakt.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule pureParts = classes()
            .that()
            .resideInAnyPackage("portvakt.server.log..", "portvakt.server.list..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.time..",
                    "java.util..",
                    "com.google.protobuf..",
                    "portvakt.protocol..",
                    "portvakt.server.port..",
                    "portvakt.server.log..",
                    "portvakt.server.list..");

    @ArchTest
    static final ArchRule portsKnowOnlyTheProtocol = classes()
            .that()
            .resideInAPackage("portvakt.server.port..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "portvakt.protocol..", "portvakt.server.port..");

    @ArchTest
    static final ArchRule pagesKnowNoDatabaseAndNoBroker = noClasses()
            .that()
            .resideInAPackage("portvakt.server.web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "portvakt.server.adapter.sql..",
                    "portvakt.server.adapter.mqtt..",
                    "portvakt.server.adapter.issuer..",
                    "portvakt.server.adapter.pki..",
                    "portvakt.server.adapter.oidc..",
                    "org.jdbi..",
                    "java.sql..");

    @ArchTest
    static final ArchRule sqlStaysInItsAdapter = only("org.jdbi..", "portvakt.server.adapter.sql..");

    @ArchTest
    static final ArchRule theBrokerStaysInItsAdapter = only("org.apache.activemq..", "portvakt.server.adapter.mqtt..");

    @ArchTest
    static final ArchRule certificatesAreMadeInOnePlace = only("org.bouncycastle..", "portvakt.server.adapter.pki..");

    @ArchTest
    static final ArchRule tokensAreReadWhereTheyComeIn =
            only("com.nimbusds..", "portvakt.server.adapter.register..", "portvakt.server.adapter.oidc..");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsAdapters = noClasses()
            .that(resideInAnyPackage("portvakt.server..")
                    .and(resideOutsideOfPackages(
                            "portvakt.server", "portvakt.server.adapter..", "portvakt.server.web..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("portvakt.server.adapter..");

    @ArchTest
    static final ArchRule theServerKnowsNoGate =
            noClasses().should().dependOnClassesThat().resideInAPackage("portvakt.gate..");

    private static ArchRule only(String library, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
