package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.Gate;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;

/** A gate that could not start holds nothing: when the cause is gone, it starts. */
class SimulatedGateTest {

    @TempDir
    private Path folder;

    private static Gate.Settings settings() {
        return new Gate.Settings(
                new Topics.GateAddress("oslo", "north"),
                Direction.IN,
                new AccessPolicy(
                        Direction.IN,
                        List.of(),
                        Assurance.UNSIGNED_CODE,
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Duration.ofHours(3),
                        false,
                        false,
                        false,
                        ZoneId.of("Europe/Oslo")),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                trust(),
                List.of(),
                1,
                Optional.empty(),
                Optional.empty());
    }

    private static TrustReplica.Start trust() {
        try {
            KeyPair root = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new TrustReplica.Start(
                    new RootKeys(List.of(root.getPublic()), 1),
                    TrustFiles.sign(new Trust(1, Instant.EPOCH, List.of(), Map.of()), List.of(root)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStartThatFailedCanBeTriedAgain() throws IOException {
        Path inTheWay = folder.resolve("events-00000000000000000001.seg");
        Files.createDirectory(inTheWay);
        try (SimulatedGate gate = new SimulatedGate(settings(), folder, Optional.empty())) {
            assertThatThrownBy(gate::start).isInstanceOf(IOException.class).hasMessageContaining("events-");
            Files.delete(inTheWay);
            gate.start();
            assertThat(gate.journalLast()).isPositive();
        }
    }
}
