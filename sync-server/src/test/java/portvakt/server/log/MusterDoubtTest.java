package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.LogEntry;

/** What a list of who is on site does not know, and by how much. */
class MusterDoubtTest {

    private static final Instant NOW = Instant.parse("2026-11-24T06:00:00Z");

    private static Gate gate(String name, boolean online, String clockTrust, long committed, long journalLast) {
        return new Gate(
                "oslo",
                name,
                Direction.IN,
                online,
                Optional.of(online ? NOW.minusSeconds(60) : NOW.minusSeconds(840)),
                "1",
                clockTrust,
                committed,
                journalLast,
                Optional.empty(),
                List.of(),
                List.of(),
                portvakt.server.port.Gates.Vitals.UNKNOWN);
    }

    private static LogEntry entry(String kind, String gate, int minute) {
        return entry(kind, gate, minute, Optional.empty());
    }

    private static LogEntry entry(String kind, String gate, int minute, Optional<String> detail) {
        return new LogEntry(
                minute + 1L,
                "oslo",
                gate,
                minute + 1L,
                NOW.minusSeconds(3600).plusSeconds(60L * minute),
                NOW,
                "SYNCHRONISED",
                Direction.OUT,
                kind,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                detail);
    }

    private static Instant minute(int minute) {
        return NOW.minusSeconds(3600).plusSeconds(60L * minute);
    }

    @Test
    void nothingIsDoubtfulAtWellGates() {
        assertThat(MusterDoubt.of(List.of(gate("north", true, "SYNCHRONISED", 812, 812)), List.of(), 0, 0, NOW))
                .isEmpty();
    }

    @Test
    void aGateThatIsSilentBehindAndOfNoCertainClockIsNamedForEach() {
        assertThat(MusterDoubt.of(
                        List.of(
                                gate("north", true, "SYNCHRONISED", 9, 9),
                                gate("south", false, "BOUNDED_BELOW", 40, 52)),
                        List.of(),
                        0,
                        0,
                        NOW))
                .containsExactly(
                        new MusterDoubt.SilentGate("south", Optional.of(NOW.minusSeconds(840))),
                        new MusterDoubt.Backlog("south", 12),
                        new MusterDoubt.UncertainClock("south"));
    }

    @Test
    void aGateOfWhichNothingIsHeardIsSilentThoughNobodySaysThatItIsGone() {
        List<Gate> gates = List.of(gate("north", true, "SYNCHRONISED", 9, 9));
        Instant later = NOW.plus(MusterDoubt.SEEN_WITHIN);

        assertThat(MusterDoubt.of(gates, List.of(), 0, 0, NOW.plusSeconds(30))).isEmpty();
        assertThat(MusterDoubt.of(gates, List.of(), 0, 0, later))
                .containsExactly(new MusterDoubt.SilentGate("north", Optional.of(NOW.minusSeconds(60))));
    }

    @Test
    void whatAComputerThatWasReplacedHadNotSentIsDoubtful() {
        LogEntry plain = entry("GateStarted", "north", 5);
        List<LogEntry> entries = List.of(
                entry("AccessTaken", "north", 20),
                goingOn("north", 30),
                entry("AccessTaken", "south", 25),
                goingOn("south", 12),
                plain);

        assertThat(MusterDoubt.of(List.of(), entries, 0, 0, NOW))
                .containsExactly(
                        new MusterDoubt.Replaced("north", Optional.of(minute(20)), minute(30)),
                        new MusterDoubt.Replaced("south", Optional.empty(), minute(12)));
    }

    /** As {@link EventReader} has it. */
    private static LogEntry goingOn(String gate, int minute) {
        EventFacts facts = EventFacts.newBuilder()
                .setOccurredAtMs(minute(minute).toEpochMilli())
                .setGateStarted(GateStarted.newBuilder().setFirmware("1").setGoesOnAfterSequence(minute))
                .build();
        LogEntry row = ((EventReading.Legible) EventReader.read(
                        new GateAddress("oslo", gate),
                        Direction.OUT,
                        EventChain.link(minute + 1L, EventChain.GENESIS, facts, null),
                        NOW))
                .entry();
        return entry("GateStarted", gate, minute, row.detail());
    }

    @Test
    void aGateIsOpenFromTheAlarmThatHasNotEnded() {
        List<LogEntry> entries = List.of(
                entry("FireReleaseStarted", "south", 50),
                entry("FireReleaseStarted", "north", 40),
                entry("FireReleaseEnded", "north", 45),
                entry("FireReleaseEnded", "south", 30),
                entry("FireReleaseStarted", "south", 20));

        assertThat(MusterDoubt.of(List.of(), entries, 0, 0, NOW))
                .containsExactly(new MusterDoubt.OpenGate("south", minute(50)));
    }

    @Test
    void armsThatTurnedWithoutACardAreCountedByGate() {
        List<LogEntry> entries = List.of(
                entry("UnattributedPassage", "north", 50),
                entry("UnattributedPassage", "south", 30),
                entry("UnattributedPassage", "north", 10),
                entry("AccessTaken", "north", 55));

        assertThat(MusterDoubt.of(List.of(), entries, 0, 0, NOW))
                .containsExactly(
                        new MusterDoubt.Unattributed("north", 2, minute(50)),
                        new MusterDoubt.Unattributed("south", 1, minute(30)));
    }

    @Test
    void peopleWhoEnteredTwiceOrWereTakenForGoneAreCounted() {
        assertThat(MusterDoubt.of(List.of(), List.of(), 2, 3, NOW))
                .containsExactly(new MusterDoubt.DoubleEntries(2), new MusterDoubt.CheckedOut(3));
    }
}
