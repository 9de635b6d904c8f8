package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.adapter.keys.RootKeyFiles;
import portvakt.server.adapter.keys.TrustChanges;
import portvakt.server.port.KeyTrust;

/** The whole site after its operator changed keys, with a root key that lies elsewhere: gates follow without being touched. */
class KeyRotationIT {

    @TempDir
    private Path folder;

    private SimulatedSite site;
    private Path root;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(2), Duration.ofMillis(200)));
        Path here = RootKeyFiles.in(folder.resolve("server/root-keys")).getFirst();
        root = Files.move(here, folder.resolve(here.getFileName()));
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private TrustChanges changes() {
        return new TrustChanges(folder.resolve("server"), SimulatedSite.LIST);
    }

    private KeyTrust.State trust() {
        return site.server().parts().keyTrust().state();
    }

    private PassCode pass() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return site.server()
                .parts()
                .passKeys()
                .sign(new Pass(
                        SimulatedSite.SITE,
                        new PassNumber("0123456789012345"),
                        HolderKind.VISITOR,
                        now.minusSeconds(60),
                        now.plusSeconds(3_600)));
    }

    private String shownAtTheExit(PassCode pass) throws InterruptedException {
        GateAnswer answer = site.exit().show(new CardRead.SignedPass(pass));
        if (answer.decision().equals(Optional.of("GRANTED"))) {
            assertThat(site.exit().pushArm().passage()).hasValue("TAKEN");
        }
        return answer.reason().or(answer::decision).orElse("nothing");
    }

    /** The trust file comes to a gate that runs. */
    private void awaitAtTheExit(PassCode pass, String answer) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> shownAtTheExit(pass), answer::equals);
    }

    private void assertRevocationArrives(String card) throws Exception {
        SimulatedSite.Spread spread = site.push(new CardNumber(card), CardStatus.REVOKED);
        assertThat(spread.httpStatus()).isEqualTo(202);
        assertThat(spread.appliedMs()).containsOnlyKeys(SimulatedSite.ENTRANCE, SimulatedSite.EXIT);
    }

    @Test
    void aKeyIsRotatedWhileAGateIsAway() throws Exception {
        assertRevocationArrives("4388261");
        String before = trust().signingKey();
        assertThat(trust().rootKeysOnline()).isTrue();
        site.entrance().stop();
        site.stopServer();
        changes().rotate(List.of(root), Instant.now());
        site.startServer();
        assertThat(trust().version()).isEqualTo(2);
        assertThat(trust().signingKey()).isNotEqualTo(before);
        assertThat(trust().rootKeysOnline()).isFalse();
        site.entrance().start();
        assertThat(site.entrance().awaitLists(Duration.ofSeconds(15))).isTrue();
        assertRevocationArrives("4388262");
    }

    @Test
    void passesOutliveARotationAndNoTheft() throws Exception {
        PassCode first = pass();
        assertThat(shownAtTheExit(first)).isEqualTo("GRANTED");
        site.stopServer();
        changes().rotate(List.of(root), Instant.now());
        site.startServer();
        PassCode second = pass();
        awaitAtTheExit(second, "GRANTED");
        assertThat(shownAtTheExit(first)).isEqualTo("GRANTED");

        site.stopServer();
        changes().raiseEpoch(List.of(), Optional.empty(), List.of(root), Instant.now());
        site.startServer();
        awaitAtTheExit(second, "PASS_KEY_UNKNOWN");
        awaitAtTheExit(pass(), "GRANTED");
    }
}
