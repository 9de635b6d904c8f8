package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardRead;
import portvakt.gate.journal.SealKey;
import portvakt.gate.journal.SealSchedule;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.gate.testing.SealKeys;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalSeal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** A gate signs its journal with its own key, at the start, when there is enough, and at the end; never while a card waits. */
class SealerTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");

    @TempDir
    private Path folder;

    private final List<String> log = new ArrayList<>();
    private final HandClock clock = new HandClock();
    private final MemoryJournal journal = new MemoryJournal(log::add);
    private SealKey key;
    private GateLoop loop;

    @BeforeEach
    void start() throws IOException {
        key = SealKeys.of(GATE, folder);
        loop = loop();
        loop.started("test", JournalOpening.PLAIN);
    }

    private GateLoop loop() {
        AccessPolicy policy = new AccessPolicy(
                Direction.OUT,
                List.of(),
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofHours(72),
                false,
                false,
                false,
                ZoneId.of("Europe/Oslo"));
        EventRecorder recorder = new EventRecorder(journal, () -> {}, ByteString.copyFromUtf8("boot"), Direction.OUT);
        Notices notices = new Notices(clock, recorder, _ -> {});
        return new GateLoop(
                new DecisionBasis(policy, GATE.gate()),
                new Passage(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                clock,
                journal,
                recorder,
                new RecordingTurnstile(_ -> {}),
                notices,
                new Sealer(Optional.of(key), journal, recorder, notices));
    }

    private void show(String card) {
        loop.on(new Signal.FromReader(
                new ReaderSignal.Presented("card", new CardRead.UnsignedCode(new CardNumber(card)), 5)));
    }

    private void turn() {
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
    }

    private void assertProves(ChainedEvent seal) throws Exception {
        EventFacts facts = EventFacts.parseFrom(seal.getFacts());
        assertThat(JournalSeal.proves(
                        key.own().certificate().getPublicKey(),
                        facts.getJournalSealed().getSignature(),
                        GATE,
                        seal.getSequence(),
                        seal.getPreviousHash(),
                        facts.getOccurredAtMs()))
                .isTrue();
        assertThat(facts.getJournalSealed().getCertificateSha256().toByteArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256")
                        .digest(key.own().certificate().getEncoded()));
    }

    private List<ChainedEvent> seals() {
        return journal.read(1, Long.MAX_VALUE).stream()
                .filter(event -> {
                    try {
                        return EventFacts.parseFrom(event.getFacts()).hasJournalSealed();
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    @Test
    void startAndStopAreSealedInTheChain() throws Exception {
        show("1111111");
        turn();
        loop.on(new Signal.Stop());
        assertThat(journal.kinds())
                .containsExactly("JOURNAL_SEALED", "ACCESS_GRANTED", "ACCESS_TAKEN", "GATE_STOPPED", "JOURNAL_SEALED");
        for (ChainedEvent seal : seals()) {
            assertProves(seal);
            assertThat(seal.getPreviousHash())
                    .isEqualTo(EventChain.hash(journal.read(seal.getSequence() - 1, seal.getSequence() - 1)
                            .getFirst()));
        }
    }

    @Test
    void manyEventsAreSealedWhenNobodyWaits() {
        for (int exit = 0; exit < SealSchedule.EVENTS_MAX; exit++) {
            loop.on(new Signal.FromTurnstile(new TurnstileSignal.RequestToExit()));
            if (exit % 2 == 0) {
                loop.idle();
            }
        }
        assertThat(seals()).hasSize(1);
        loop.idle();
        assertThat(seals()).as("somebody is being let out").hasSize(1);
        turn();
        loop.idle();
        loop.idle();
        assertThat(seals()).hasSize(2);
    }

    @Test
    void anHourWithoutEventsIsNotSealed() {
        clock.pass(SealSchedule.TIME_MAX);
        loop.idle();
        assertThat(seals()).hasSize(1);
        turn();
        loop.idle();
        assertThat(seals()).hasSize(2);
    }

    @Test
    void aSealThatCannotBeWrittenIsMadeUpForAndBreaksNothing() throws Exception {
        turn();
        clock.pass(SealSchedule.TIME_MAX);
        journal.refuse(true);
        loop.idle();
        show("1111111");
        turn();
        journal.refuse(false);
        clock.pass(Duration.ofMinutes(2));
        loop.tick();
        loop.idle();
        assertThat(journal.kinds())
                .containsExactly(
                        "JOURNAL_SEALED", "UNATTRIBUTED_PASSAGE", "ACCESS_GRANTED", "ACCESS_TAKEN", "JOURNAL_SEALED");
        assertProves(seals().getLast());
    }

    @Test
    void aStartOnAJournalThatRefusesIsSealedLater() {
        journal.refuse(true);
        loop = loop();
        loop.started("test", JournalOpening.PLAIN);
        journal.refuse(false);
        loop.idle();
        assertThat(seals()).hasSize(1);
        clock.pass(Duration.ofMinutes(1));
        loop.idle();
        assertThat(seals()).hasSize(2);
    }
}
