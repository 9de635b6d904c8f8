package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardRead;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.Uplink;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** Without a server the journal fills, and what the gate tells of itself never takes the room of those who pass. */
class JournalBoundsTest {

    private static final SegmentedJournal.Limits LIMITS = new SegmentedJournal.Limits(2_000, 60_000);

    private final HandClock clock = new HandClock();
    private final RecordingTurnstile turnstile = new RecordingTurnstile(_ -> {});
    private final List<Uplink.Report> reports = new ArrayList<>();

    private GateLoop loop(EventJournal journal) {
        AccessPolicy policy = new AccessPolicy(
                Direction.IN,
                List.of(),
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofHours(72),
                false,
                true,
                true,
                ZoneId.of("Europe/Oslo"));
        EventRecorder recorder = new EventRecorder(journal, () -> {}, ByteString.copyFromUtf8("boot"), Direction.IN);
        Notices notices = new Notices(clock, recorder, reports::add);
        GateLoop loop = new GateLoop(
                new DecisionBasis(policy, "north"),
                new Passage(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                clock,
                journal,
                recorder,
                turnstile,
                notices,
                new Sealer(Optional.empty(), journal, recorder, notices));
        loop.started("test", JournalOpening.PLAIN);
        return loop;
    }

    private void flap(GateLoop loop, boolean ready) {
        loop.on(new Signal.FromReader(ready ? new ReaderSignal.Ready("card", "") : new ReaderSignal.Lost("card", "")));
        loop.tick();
    }

    private boolean pass(GateLoop loop, EventJournal journal) throws IOException {
        // Nobody is let in before the last grant is durable.
        journal.force();
        loop.on(new Signal.FromReader(
                new ReaderSignal.Presented("card", new CardRead.UnsignedCode(new CardNumber("1111111")), 5)));
        boolean released = turnstile.isReleased();
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
        clock.pass(Duration.ofSeconds(5));
        loop.tick();
        return released;
    }

    private static List<EventFacts> facts(EventJournal journal) throws IOException {
        List<EventFacts> facts = new ArrayList<>();
        ByteString hash = EventChain.GENESIS;
        for (ChainedEvent event : journal.read(1, Long.MAX_VALUE)) {
            assertThat(event.getSequence() == 1 || !hash.equals(EventChain.GENESIS))
                    .isTrue();
            assertThat(event.getPreviousHash()).isEqualTo(hash);
            hash = EventChain.hash(event);
            facts.add(EventFacts.parseFrom(event.getFacts()));
        }
        return facts;
    }

    private static long count(List<EventFacts> facts, EventFacts.BodyCase body) {
        return facts.stream().filter(each -> each.getBodyCase() == body).count();
    }

    @Test
    void aReaderThatFlapsForDaysLeavesTheReserveToThosePassing() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(new MemoryDisk(), LIMITS);
        GateLoop loop = loop(journal);
        for (int change = 0; change < 2_000; change++) {
            flap(loop, change % 2 == 0);
            clock.pass(Duration.ofMinutes(2));
        }
        assertThat(journal.room().isScarce()).isTrue();
        assertThat(journal.room().freeBytes()).isGreaterThan(LIMITS.totalBytesMax() / 10);
        long devices = count(facts(journal), EventFacts.BodyCase.DEVICE_CHANGED);
        assertThat(devices).isBetween(100L, 1_000L);
        for (int person = 0; person < 15; person++) {
            assertThat(pass(loop, journal)).isTrue();
        }
        journal.force();
        journal.acknowledged(journal.last() - 40);
        assertThat(journal.room().isScarce()).isFalse();
        loop.tick();
        List<EventFacts> facts = facts(journal);
        assertThat(count(facts, EventFacts.BodyCase.DEVICE_CHANGED)).isEqualTo(devices);
        assertThat(count(facts, EventFacts.BodyCase.ACCESS_TAKEN)).isEqualTo(15);
        assertThat(facts.getLast().getAlarm().getKind()).isEqualTo("EVENTS_LEFT_OUT");
        assertThat(facts.getLast().getAlarm().getDetail()).startsWith((2_000 - devices) + " events");
        assertThat(facts).anyMatch(each -> each.getAlarm().getKind().equals("JOURNAL_FILLING"));
    }

    @Test
    void onlyAJournalThatIsReallyFullClosesTheEntranceAndRoomOpensItAgain() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(new MemoryDisk(), LIMITS);
        GateLoop loop = loop(journal);
        int passed = 0;
        while (pass(loop, journal)) {
            passed++;
        }
        assertThat(journal.room().freeBytes()).isLessThan(500);
        journal.force();
        journal.acknowledged(journal.last());
        clock.pass(Duration.ofSeconds(2));
        loop.tick();
        assertThat(pass(loop, journal)).isTrue();
        List<EventFacts> kept = new ArrayList<>();
        for (ChainedEvent event : journal.read(1, Long.MAX_VALUE)) {
            kept.add(EventFacts.parseFrom(event.getFacts()));
        }
        assertThat(kept)
                .anyMatch(each -> each.getAccessDenied().getReason() == DenialReason.JOURNAL_UNAVAILABLE.code());
        assertThat(passed).isGreaterThan(50);
    }

    @Test
    void aFlappingReaderIsToldTenTimesAndThenByItsNewestState() {
        MemoryJournal journal = new MemoryJournal(_ -> {});
        GateLoop loop = loop(journal);
        for (int change = 0; change < 1_001; change++) {
            flap(loop, change % 2 == 0);
        }
        assertThat(journal.kinds()).hasSize(ChatterLimit.ADMITTED_MAX);
        clock.pass(ChatterLimit.PERIOD);
        loop.tick();
        assertThat(journal.kinds()).hasSize(ChatterLimit.ADMITTED_MAX + 1);
        EventFacts newest = journal.facts().getLast();
        assertThat(newest.getDeviceChanged().getReady()).isTrue();
        assertThat(newest.getDeviceChanged().getDetail()).isEqualTo(" (and 990 more before)");
        clock.pass(ChatterLimit.PERIOD);
        loop.tick();
        assertThat(journal.kinds()).hasSize(ChatterLimit.ADMITTED_MAX + 1);
    }

    @Test
    void aJournalThatHoldsLessThanThreeDaysIsAnAlarmOnce() {
        MemoryJournal journal = new MemoryJournal(_ -> {});
        GateLoop loop = loop(journal);
        journal.setRoom(new EventJournal.Room(200_000, 200_000, 0));
        loop.tick();
        assertThat(reports).isEmpty();
        clock.pass(Duration.ofHours(2));
        journal.setRoom(new EventJournal.Room(180_000, 200_000, 4_000));
        loop.tick();
        assertThat(journal.kinds()).isEmpty();
        assertThat(reports.getLast().journal().orElseThrow().daysLeft()).hasValue(3);
        clock.pass(Duration.ofHours(2));
        journal.setRoom(new EventJournal.Room(170_000, 200_000, 12_000));
        loop.tick();
        clock.pass(Duration.ofHours(2));
        loop.tick();
        assertThat(journal.kinds()).containsExactly("ALARM");
        assertThat(journal.facts().getLast().getAlarm().getKind()).isEqualTo("JOURNAL_FILLING");
        assertThat(journal.facts().getLast().getAlarm().getDetail()).startsWith("the journal holds 2 more days");
    }
}
