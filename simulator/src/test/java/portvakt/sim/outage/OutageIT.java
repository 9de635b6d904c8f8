package portvakt.sim.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After an outage the server's log is the gates' journals, and who taps meanwhile is seen at once; the benches do the same at length. */
@Timeout(600)
class OutageIT {

    private static final int EVENTS = Integer.getInteger("portvakt.drain.events", 20_000);
    private static final int KILLS = Integer.getInteger("portvakt.kills", 5);

    @TempDir
    private Path folder;

    @Test
    void aJournalOfThirtyDaysIsDrainedOnceAndDoesNotHideWhoTapsMeanwhile() throws Exception {
        DrainReport report =
                new DrainBench(new DrainBench.Effort(EVENTS, Duration.ofDays(30)), folder, System.out).run();
        report.print(System.out);

        assertThat(report.proof().faults()).isEmpty();
        assertThat(report.proof().events()).isGreaterThan(EVENTS);
        assertThat(report.stillLive()).isZero();
        // All of them were seen. A machine that is shared with other tests may hold up one or the other for longer.
        assertThat(report.pageMs()).isNotEmpty();
        assertThat(DrainReport.median(report.pageMs())).isLessThan(DrainReport.SEEN_MS_MAX);
        assertThat(DrainReport.median(report.countedMs())).isLessThan(DrainReport.SEEN_MS_MAX);
    }

    @Test
    void aServerThatIsKilledAgainAndAgainLosesAndDoublesNothing() throws Exception {
        KillReport report = new KillBench(new KillBench.Effort(KILLS, 3, System.nanoTime()), folder, System.out).run();
        report.print(System.out);

        assertThat(report.proof().faults()).isEmpty();
        assertThat(report.proof().events()).isGreaterThan(100);
        assertThat(report.startSeconds().size() + report.early()).isEqualTo(KILLS);
    }

    @Test
    void allWhoLookOnSeeATapOfALongLog() throws Exception {
        CrowdReport report = new CrowdBench(new CrowdBench.Effort(20_000, 10, 5, 3), folder, System.out).run();
        report.print(System.out);

        assertThat(report.togetherMs()).hasSize(30);
        assertThat(CrowdReport.percentile(report.togetherMs(), 50)).isLessThan(CrowdReport.SEEN_MS_MAX);
        assertThat(report.pageMs().values())
                .allSatisfy(times -> assertThat(times).hasSize(5));
        assertThat(report.after().residentBytes()).isGreaterThan(report.after().heapBytes());
    }
}
