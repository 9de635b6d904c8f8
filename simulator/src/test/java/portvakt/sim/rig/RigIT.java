package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardStatus;

/** Two runs of {@code ./portvakt rig}: real gates, server, broker and PostgreSQL live through kills and cuts, and nothing is lost. */
@Timeout(900)
class RigIT {

    private static final int RUNS = 2;

    private final long seed = System.nanoTime() % 1_000_000;

    @Test
    void livesThroughWhatItsSeedsDraw(@TempDir Path folder) throws Exception {
        try (RigSite site = RigSite.open(folder, 3, System.out)) {
            RigPeople.revoked().forEach(card -> site.register().change(card, CardStatus.REVOKED));
            new RigAudit(site).settle();
            for (int number = 0; number < RUNS; number++) {
                RigRun run = RigRun.of(seed + number, site);
                System.out.println("rig: seed " + run.seed() + " " + run.plan().blows() + ", " + run.events()
                        + " events, settled in " + run.settled());
                assertThat(run.failed())
                        .as("%s; repeat: %s", run.plan().blows(), run.command(3))
                        .isNull();
                assertThat(run.events()).isGreaterThan(run.taps());
            }
        }
    }
}
