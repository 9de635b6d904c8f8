package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.RelayChange;
import portvakt.sim.device.VpcdSlot;

/**
 * A gate that is killed (SIGKILL) while somebody is let through is locked by its guard in time, and is the same gate when it
 * comes back: journal and list whole, nothing lost, doubled or out of order at the server, which is killed on the way as well.
 */
@Timeout(500)
class KilledGateIT {

    private static final int ROUNDS = 10;
    /** In this round the server dies first; in the next one the gate starts and decides without it. */
    private static final int SERVER_DIES = 4;

    private static final int SERVER_RETURNS = 6;

    private static final CardNumber WORKER = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388300");

    @TempDir
    private Path folder;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Cards cards = new Cards();
    private PcscDaemon daemon;
    private VpcdSlot slot;
    private ServerProcess server;
    private GateProcess gate;
    private long lockedAfterMsMax;

    @BeforeEach
    void prepare() throws Exception {
        daemon = PcscDaemon.reserve(folder.resolve("pcsc"), "Portvakt PICC", Duration.ofMinutes(3));
        daemon.start();
        slot = new VpcdSlot(daemon.slotPort());
        server = new ServerProcess(folder);
        PcscReaderConfig reader = new PcscReaderConfig(
                daemon.slotName(), Optional.of(cards.layout(folder.resolve("keys"))), null, null, null);
        gate = new GateProcess(
                folder,
                server,
                new GateProcess.Installation(
                        "entrance", Direction.IN, folder.resolve("data"), reader, Optional.empty()));
    }

    @AfterEach
    void clearAway() throws Exception {
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

    @Test
    void losesAndDoublesNothingAndLocksInTime() throws Exception {
        System.out.println("killing with seed " + seed);
        server.start();
        long version = server.push(REVOKED, CardStatus.REVOKED);
        gate.start();
        gate.awaitLists(version);

        for (int round = 1; round <= ROUNDS; round++) {
            if (round == SERVER_DIES) {
                server.kill();
            }
            if (round == SERVER_DIES + 1) {
                refuseRevokedCard();
            }
            if (round == SERVER_RETURNS) {
                server.start();
            }
            killDuringARelease(round);
            proveJournal();
            gate.start();
        }

        List<ChainedEvent> journal = allAtTheServer();
        System.out.printf(
                "%d kills; relay off at most %d ms after the kill; %d events in the journal and at the server%n",
                ROUNDS, lockedAfterMsMax, journal.size());
    }

    private void refuseRevokedCard() throws Exception {
        slot.insert(cards.card(REVOKED));
        gate.process().awaitOutput("CREDENTIAL_REVOKED", 1);
        slot.pullOut();
    }

    private void killDuringARelease(int round) throws Exception {
        long releases = gate.releases();
        slot.insert(cards.card(WORKER));
        gate.awaitReleases(releases + 1);
        // Some rounds are killed at the end of a passage, while the arm's turn is journalled.
        boolean pushes = random.nextInt(3) == 0;
        LockSupport.parkNanos(random.nextLong(
                pushes
                        ? TimeUnit.MILLISECONDS.toNanos(200)
                        : GateProcess.RELEASE_TIME.minusSeconds(1).toNanos()));
        if (pushes) {
            Thread.ofVirtual().start(gate.turnstile()::push);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(600)));
        }
        long killedNs = System.nanoTime();
        gate.kill();
        Awaitility.await("round " + round)
                .atMost(GateProcess.RELEASE_TIME)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !gate.turnstile().relayOn());
        slot.pullOut();

        List<RelayChange> changes = gate.turnstile().relayChanges();
        RelayChange off = changes.getLast();
        RelayChange on = changes.get(changes.size() - 2);
        assertThat(Duration.ofNanos(off.nanos() - on.nanos()))
                .as("relay on in round %d", round)
                .isLessThan(GateProcess.RELEASE_TIME.plus(GateProcess.TURN_TIME));
        lockedAfterMsMax = Math.max(lockedAfterMsMax, TimeUnit.NANOSECONDS.toMillis(off.nanos() - killedNs));
    }

    /** The chain is whole, and no release was without a grant in the journal before it. */
    private List<ChainedEvent> proveJournal() throws Exception {
        List<ChainedEvent> events = JournalCopy.proved(gate.dataFolder());
        assertThat(events.stream()
                        .map(JournalCopy::facts)
                        .filter(EventFacts::hasAccessGranted)
                        .count())
                .isEqualTo(gate.releases());
        return events;
    }

    private List<ChainedEvent> allAtTheServer() throws Exception {
        // The gate that has just started still writes: its list, its reader. So both are read again until they agree.
        Awaitility.await()
                .atMost(JavaProcess.PATIENCE)
                .untilAsserted(() -> assertThat(server.log().ofGate("entrance")).hasSameSizeAs(proveJournal()));
        gate.kill();
        List<ChainedEvent> journal = proveJournal();
        List<JsonNode> rows = server.log().ofGate("entrance");
        assertThat(rows).hasSizeLessThanOrEqualTo(journal.size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).path("sequence").asLong()).isEqualTo(i + 1);
            assertThat(rows.get(i).path("kind").asText()).isEqualTo(kind(journal.get(i)));
        }
        return journal;
    }

    private static String kind(ChainedEvent event) {
        EventFacts facts = JournalCopy.facts(event);
        return EventFacts.getDescriptor()
                .findFieldByNumber(facts.getBodyCase().getNumber())
                .getMessageType()
                .getName();
    }
}
