package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.VpcdSlot;

/**
 * On a disk that is full nobody gets in, since nobody could be accounted for; everybody gets out. With room on it again the gates
 * recover by themselves and miss no event.
 */
@Timeout(400)
class FullDiskIT {

    /** More events than fit into what is left of a file's last page. */
    private static final int TAPS_MAX = 40;

    private static final CardNumber WORKER = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388300");

    @TempDir
    private Path folder;

    private final Cards cards = new Cards();
    private SmallDisk disk;
    private PcscDaemon daemon;
    private ServerProcess server;
    private Lane entrance;
    private Lane exit;

    /** A gate and its reader. */
    private record Lane(GateProcess gate, VpcdSlot slot) {}

    @BeforeEach
    void start() throws Exception {
        disk = new SmallDisk(folder.resolve("disk"), 4);
        daemon = PcscDaemon.reserve(folder.resolve("pcsc"), "Portvakt PICC", Duration.ofMinutes(3));
        daemon.start();
        server = new ServerProcess(folder);
        entrance = lane("entrance", Direction.IN, " 00 00", daemon.slotPort());
        exit = lane("exit", Direction.OUT, " 00 01", daemon.slotPort() + 1);
        server.start();
        long version = server.push(REVOKED, CardStatus.REVOKED);
        entrance.gate.start();
        entrance.gate.awaitLists(version);
        exit.gate.start();
        exit.gate.awaitLists(version);
    }

    private Lane lane(String name, Direction direction, String readerSlot, int port) throws Exception {
        PcscReaderConfig reader = new PcscReaderConfig(
                "Portvakt PICC" + readerSlot, Optional.of(cards.layout(folder.resolve("keys"))), null, null, null);
        GateProcess gate = new GateProcess(
                folder,
                server,
                new GateProcess.Installation(
                        name, direction, folder.resolve("disk").resolve(name), reader, Optional.empty()));
        return new Lane(gate, new VpcdSlot(port));
    }

    @AfterEach
    void clearAway() throws Exception {
        for (Lane lane : new Lane[] {entrance, exit}) {
            if (lane != null) {
                lane.gate.close();
                lane.slot.close();
            }
        }
        if (server != null) {
            server.close();
        }
        if (daemon != null) {
            daemon.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void closesTheEntranceAndNotTheExit() throws Exception {
        goThrough(entrance);
        disk.fill();
        Instant filledAt = Instant.now();

        int taps = tapUntil(entrance, "Denied", "JOURNAL_UNAVAILABLE");
        long releases = entrance.gate.releases();
        long denials = entrance.gate.process().count("JOURNAL_UNAVAILABLE");
        tap(entrance, WORKER);
        entrance.gate.process().awaitOutput("JOURNAL_UNAVAILABLE", denials + 1);
        assertThat(entrance.gate.releases()).isEqualTo(releases);
        assertThat(entrance.gate.turnstile().push()).isFalse();

        int exitTaps = tapUntil(exit, "The journal cannot be written", "");
        goThrough(exit);

        long before = server.log().newest();
        disk.makeRoom();
        JsonNode denied = server.log()
                .await(
                        before,
                        "AccessDenied",
                        row -> row.path("reason").asText().equals("JOURNAL_UNAVAILABLE"));
        assertThat(Instant.parse(denied.path("occurredAt").asText())).isAfter(filledAt);
        server.log()
                .await(before, "AccessTaken", row -> row.path("gate").asText().equals("exit"));
        goThrough(entrance);

        long events = provenAtTheServer(entrance) + provenAtTheServer(exit);
        System.out.printf(
                "disk full: entrance refused from tap %d on, exit opened all the same at tap %d and after; %d events, none"
                        + " missing%n",
                taps, exitTaps, events);
    }

    /** @return how many taps it took */
    private int tapUntil(Lane lane, String said, String also) throws Exception {
        for (int taps = 1; taps <= TAPS_MAX; taps++) {
            tap(lane, WORKER);
            if (lane.gate.process().output().lines().anyMatch(line -> line.contains(said) && line.contains(also))) {
                return taps;
            }
        }
        throw new AssertionError("no " + said + " after " + TAPS_MAX + " taps:\n"
                + lane.gate.process().output());
    }

    /** Lays a card down until there is an answer, and lets somebody through who may. */
    private void tap(Lane lane, CardNumber card) throws Exception {
        long answers = answers(lane);
        lane.slot.insert(cards.card(card));
        lane.gate.process().await(() -> "an answer in\n" + lane.gate.process().output(), () -> answers(lane) > answers);
        lane.slot.pullOut();
        if (lane.gate.turnstile().relayOn()) {
            assertThat(lane.gate.turnstile().push()).isTrue();
        }
        lane.gate.awaitLocked();
    }

    private static long answers(Lane lane) {
        return lane.gate.process().count("Granted card") + lane.gate.process().count("Denied card");
    }

    private void goThrough(Lane lane) throws Exception {
        long releases = lane.gate.releases();
        int turns = lane.gate.turnstile().turns();
        lane.slot.insert(cards.card(WORKER));
        lane.gate.awaitReleases(releases + 1);
        assertThat(lane.gate.turnstile().push()).isTrue();
        lane.gate.awaitLocked();
        lane.slot.pullOut();
        assertThat(lane.gate.turnstile().turns()).isEqualTo(turns + 1);
    }

    /** What the server has is the gate's whole journal, each event once and in order, also by the gate's clock. */
    private long provenAtTheServer(Lane lane) throws Exception {
        assertThat(lane.gate.process().isAlive()).isTrue();
        String name = lane.gate.name();
        Awaitility.await()
                .atMost(JavaProcess.PATIENCE)
                .untilAsserted(() -> assertThat(server.log().ofGate(name))
                        .hasSameSizeAs(JournalCopy.proved(lane.gate.dataFolder())));
        List<JsonNode> rows = server.log().ofGate(name);
        Instant at = Instant.EPOCH;
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).path("sequence").asLong()).isEqualTo(i + 1);
            Instant occurredAt = Instant.parse(rows.get(i).path("occurredAt").asText());
            assertThat(occurredAt).isAfterOrEqualTo(at);
            at = occurredAt;
        }
        return rows.size();
    }
}
