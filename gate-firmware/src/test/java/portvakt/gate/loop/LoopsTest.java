package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardRead;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;

/** A gate's threads: what comes in is done in order, a failing signal does not end them, and a stop leaves it locked. */
class LoopsTest {

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final MemoryJournal journal = new MemoryJournal(log::add);
    private final RecordingTurnstile turnstile = new RecordingTurnstile(log::add);
    private Loops loops;

    @BeforeEach
    void start() {
        AccessPolicy policy = new AccessPolicy(
                Direction.IN,
                List.of(),
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(2),
                Duration.ofHours(3),
                false,
                false,
                false,
                ZoneId.of("Europe/Oslo"));
        journal.durableAtOnce(false);
        loops = new Loops(
                policy,
                new Passage(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                new HandClock(),
                journal,
                turnstile,
                ByteString.copyFromUtf8("boot"),
                "north",
                Optional.empty());
        loops.start("test", JournalOpening.PLAIN);
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    private void show(String card) {
        loops.thread()
                .offer(new Signal.FromReader(
                        new ReaderSignal.Presented("card", new CardRead.UnsignedCode(new CardNumber(card)), 5)));
    }

    @Test
    void theJournalsThreadMakesTheGrantDurableSoThatTheNextCardIsServed() {
        show("1111111");
        loops.thread().offer(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
        show("2222222");
        await().until(() -> journal.kinds().size() == 3 && turnstile.isReleased());
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN", "ACCESS_GRANTED");
        await().until(() -> journal.durable() == journal.last());
    }

    @Test
    void aFailingSyncIsTriedAgainAndTold() {
        journal.failForces(true);
        show("1111111");
        await().until(() -> journal.kinds().contains("ALARM"));
        journal.failForces(false);
        await().until(() -> journal.durable() == journal.last());
    }

    @Test
    void aSignalThatFailsDoesNotEndTheLoop() {
        loops.thread().offer(new Signal.FromReader(new ReaderSignal.Presented("card", null, 5)));
        show("1111111");
        await().until(turnstile::isReleased);
    }

    @Test
    void closingLocksAndMakesTheLastEventsDurable() {
        show("1111111");
        loops.close();
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_NOT_TAKEN", "GATE_STOPPED");
        assertThat(journal.durable()).isEqualTo(journal.last());
    }
}
