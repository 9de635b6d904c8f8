package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.SitePresenceSettings;
import portvakt.server.SitePresenceSettings.AntiPassback;
import portvakt.server.port.Presence;
import portvakt.sim.device.VirtualCard;

/** On real gates, broker and server: who is inside cannot come in again, and whoever left, was forgiven or may have left can. */
class PassbackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final CardNumber CARD = new CardNumber("4388261");

    @TempDir
    private Path folder;

    private SimulatedSite site;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(
                folder,
                0,
                Duration.ofSeconds(2),
                Duration.ofMillis(200),
                new SitePresenceSettings(null, null, null, AntiPassback.HARD, null)));
    }

    @AfterEach
    void close() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    private VirtualCard card() {
        return site.issuer()
                .card(
                        new Uid("04112233445566"),
                        CARD,
                        LocalDate.now().plusYears(1),
                        new CardRead.Holder("Kari Nordmann", "Fjordbygg AS", "911111111"));
    }

    private GateAnswer enter() throws InterruptedException {
        GateAnswer answer = site.entrance().tap(card());
        if (answer.decision().filter("GRANTED"::equals).isPresent()) {
            site.entrance().pushArm();
        }
        return answer;
    }

    /** Goes in until the entrance is sure of it: it has to hear from the server first. */
    private void enterUntilDenied() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> enter().reason().filter("ANTI_PASSBACK"::equals).isPresent());
    }

    /** @return how long it took until the entrance granted */
    private Duration untilGranted() {
        Instant from = Instant.now();
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> site.entrance()
                        .tap(card())
                        .decision()
                        .filter("GRANTED"::equals)
                        .isPresent());
        return Duration.between(from, Instant.now());
    }

    @Test
    void whoIsInsideIsDeniedUntilTheyLeave() throws Exception {
        enterUntilDenied();
        assertThat(site.exit().tap(card()).decision()).contains("GRANTED");
        site.exit().pushArm();
        System.out.println("after leaving: " + untilGranted());
    }

    @Test
    void whoIsForgivenComesInWithinASecondOrTwo() throws Exception {
        enterUntilDenied();
        Presence presence = site.server().parts().presence();
        assertThat(presence.forgive(
                        SimulatedSite.SITE, new Presence.Holder.Card(CARD), "anne", "lost the way", Instant.now()))
                .isInstanceOf(Presence.Outcome.Recorded.class);
        Duration took = untilGranted();
        System.out.println("after forgiving: " + took);
        assertThat(took).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void whereAWayOutIsNotHeardOfNobodyIsDenied() throws Exception {
        enterUntilDenied();
        site.exit().stop();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> site.server().parts().gates().all().stream()
                        .anyMatch(gate -> gate.gate().equals(SimulatedSite.EXIT) && !gate.online()));
        untilGranted();
        site.entrance().pushArm();
        assertThat(enter().decision()).contains("GRANTED");
    }
}
