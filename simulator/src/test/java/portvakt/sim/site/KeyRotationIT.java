package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
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
}
