package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import portvakt.server.adapter.sql.Databases;

/** The server's own tests of what it stores, which run on H2 in its build, once more on a real PostgreSQL. */
@Timeout(1800)
class PostgresIT {

    /** Fewer would mean that they are not found any more. */
    private static final int TESTS_MIN = 150;

    private static final int FAILURES_SHOWN = 20;

    @Test
    void whatHoldsOnH2HoldsOnPostgres(@TempDir Path folder) throws Exception {
        try (PostgresCluster cluster = PostgresCluster.make(folder.resolve("postgres.log"))) {
            cluster.start();
            System.setProperty(Databases.SERVER, cluster.url());
            SummaryGeneratingListener listener = new SummaryGeneratingListener();

            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectPackage(Databases.class.getPackageName()))
                                    .filters(
                                            includeClassNamePatterns(".*(?<!Fuzz)Test"), excludeTags(Databases.H2_ONLY))
                                    .build(),
                            listener);

            TestExecutionSummary summary = listener.getSummary();
            StringWriter failures = new StringWriter();
            summary.printFailuresTo(new PrintWriter(failures), FAILURES_SHOWN);
            assertThat(summary.getTotalFailureCount())
                    .as("on %s: %s", cluster.url(), failures)
                    .isZero();
            assertThat(summary.getTestsSucceededCount()).isGreaterThan(TESTS_MIN);
        } finally {
            System.clearProperty(Databases.SERVER);
        }
    }
}
