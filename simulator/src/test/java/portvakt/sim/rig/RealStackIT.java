package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.RelayChange;
import portvakt.sim.device.VpcdSlot;
import portvakt.sim.device.frame.VideoFile;

/**
 * From card to entry log through real parts only: the PC/SC daemon and a reader driver, ffmpeg as the camera, the gate's and the
 * server's processes, broker and database. Simulated are the chip on the reader and the turnstile's iron.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RealStackIT {

    private static final CardNumber WORKER = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388300");
    private static final String CODE = "4388555";

    private final Cards cards = new Cards();
    private Path folder;
    private PcscDaemon daemon;
    private VpcdSlot slot;
    private ServerProcess server;
    private GateProcess gate;
    private long before;

    @BeforeAll
    void start(@TempDir Path made) throws Exception {
        folder = made;
        assertThat(Path.of("/usr/bin/ffmpeg"))
                .as("ffmpeg is missing: install the Debian package ffmpeg")
                .isExecutable();
        daemon = PcscDaemon.reserve(folder.resolve("pcsc"), "Portvakt PICC", Duration.ofMinutes(3));
        daemon.start();
        slot = new VpcdSlot(daemon.slotPort());
        server = new ServerProcess(folder);
        gate = new GateProcess(
                folder,
                server,
                new GateProcess.Installation(
                        "entrance",
                        Direction.IN,
                        folder.resolve("data"),
                        new PcscReaderConfig(
                                daemon.slotName(), Optional.of(cards.layout(folder.resolve("keys"))), null, null, null),
                        Optional.of(camera())));
        server.start();
        long version = server.push(REVOKED, CardStatus.REVOKED);
        gate.start();
        gate.awaitLists(version);
    }

    /** Films nothing until there is a {@code video.mkv}; then shows it once, as fast as it was filmed. */
    private CodeReaderConfig camera() {
        String script = "until [ -e \"$0\" ]; do sleep 0.1; done;"
                + " exec ffmpeg -loglevel error -re -i \"$0\" -f yuv4mpegpipe -pix_fmt gray -";
        return new CodeReaderConfig(
                null,
                List.of("sh", "-c", script, folder.resolve("video.mkv").toString()),
                null,
                null,
                null,
                null,
                Duration.ofMinutes(9),
                null,
                Duration.ofMinutes(9),
                Duration.ofMinutes(9),
                null,
                null);
    }

    @AfterAll
    void stop() throws Exception {
        if (gate != null) {
            gate.close();
        }
        if (server != null) {
            server.close();
        }
        if (slot != null) {
            slot.close();
        }
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void everythingLocked() {
        slot.pullOut();
        gate.awaitLocked();
        assertThat(gate.process().isAlive()).isTrue();
    }

    @Test
    void aValidCardOpensAndThePassageIsInTheLog() throws Exception {
        mark();
        JsonNode taken = goThrough();

        JsonNode granted = server.log().await(before, "AccessGranted", this::isWorker);
        assertThat(granted.path("assurance").asText()).isEqualTo("CHIP_DATA");
        assertThat(granted.path("list").asText()).isEqualTo(ServerProcess.LIST);
        assertThat(taken.path("grantedSequence").asLong())
                .isEqualTo(granted.path("sequence").asLong());
        List<RelayChange> changes = gate.turnstile().relayChanges();
        RelayChange on = changes.get(changes.size() - 2);
        RelayChange off = changes.getLast();
        assertThat(on.on()).isTrue();
        assertThat(off.on()).isFalse();
        System.out.printf(
                "relay on %s, off %s: released for %.0f ms%n", on.at(), off.at(), (off.nanos() - on.nanos()) / 1e6);
    }

    @Test
    void aRevokedCardIsRefused() throws Exception {
        mark();
        long releases = gate.releases();

        slot.insert(cards.card(REVOKED));

        JsonNode denied = server.log().await(before, "AccessDenied", row -> true);
        assertThat(denied.path("reason").asText()).isEqualTo("CREDENTIAL_REVOKED");
        assertThat(gate.releases()).isEqualTo(releases);
    }

    @Test
    void aCardPulledOutInMidReadWorksWhenItIsPutBack() throws Exception {
        mark();
        slot.insertTornOffAfter(3, cards.card(WORKER));
        JsonNode denied = server.log().await(before, "AccessDenied", row -> true);
        assertThat(denied.path("reason").asText()).isEqualTo("CARD_UNREADABLE");

        goThrough();
    }

    @Test
    void aKilledDaemonIsReportedAndTheNextCardOpens() throws Exception {
        mark();
        daemon.kill();
        server.log().await(before, "DeviceChanged", row -> isReader(row, "card not ready"));
        daemon.start();
        server.log().await(before, "DeviceChanged", row -> isReader(row, "card ready"));

        goThrough();
    }

    @Test
    void aCodeInAVideoIsDecidedAsAnUnsignedCode() throws Exception {
        mark();
        long releases = gate.releases();
        Path video =
                new VideoFile(20_261).pause(10).show(30, CODE).pause(10).encode(folder.resolve("part.mkv"), "ffv1");
        Files.move(video, folder.resolve("video.mkv"));

        JsonNode granted = server.log().await(before, "AccessGranted", row -> true);
        assertThat(granted.path("assurance").asText()).isEqualTo("UNSIGNED_CODE");
        assertThat(granted.path("reader").asText()).isEqualTo("camera");
        assertThat(granted.path("cardNumber").asText()).endsWith(CODE.substring(4));
        gate.awaitReleases(releases + 1);
    }

    private void mark() {
        before = server.log().newest();
    }

    private JsonNode goThrough() throws Exception {
        long releases = gate.releases();
        slot.insert(cards.card(WORKER));
        gate.awaitReleases(releases + 1);
        assertThat(gate.turnstile().push()).isTrue();
        gate.awaitLocked();
        slot.pullOut();
        return server.log().await(before, "AccessTaken", this::isWorker);
    }

    private boolean isWorker(JsonNode row) {
        return row.path("cardNumber").asText().endsWith(WORKER.digits().substring(4));
    }

    private static boolean isReader(JsonNode row, String what) {
        return row.path("detail").asText().startsWith(what);
    }
}
