package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.JournalRoom;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.RequestToExit;
import portvakt.server.port.Gates.Gate;

/** A gate may talk with its newest certificate until it is cut off; its death takes it offline and nothing else. */
class SqlGatesTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private static final byte[] CERTIFICATE = {1}; // nobody reads it here

    private Database database;
    private SqlGates gates;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        gates = new SqlGates(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void onlyTheNewestCertificateIsAdmitted() {
        assertThat(gates.isAdmitted(GATE, "aa")).isFalse();
        gates.register(GATE, Direction.OUT, "aa", CERTIFICATE, NOW);
        assertThat(gates.isAdmitted(GATE, "aa")).isTrue();
        gates.register(GATE, Direction.OUT, "bb", CERTIFICATE, NOW);
        assertThat(gates.isAdmitted(GATE, "aa")).isFalse();
        assertThat(gates.isAdmitted(GATE, "bb")).isTrue();
        assertThat(gates.isAdmitted(new GateAddress("oslo", "south"), "bb")).isFalse();
    }

    @Test
    void aRevokedGateIsCutOffOnce() {
        List<GateAddress> cutOff = new ArrayList<>();
        gates.register(GATE, Direction.IN, "aa", CERTIFICATE, NOW);
        gates.onCutOff(cutOff::add);
        assertThat(gates.revoke(GATE, NOW)).isTrue();
        assertThat(gates.revoke(GATE, NOW)).isFalse();
        assertThat(gates.isAdmitted(GATE, "aa")).isFalse();
        assertThat(cutOff).containsExactly(GATE);
        assertThat(gates.all()).isEmpty();
    }

    @Test
    void theWillLeavesWhatTheGateSaidBefore() {
        gates.report(
                GATE,
                GateStatus.newBuilder()
                        .setOnline(true)
                        .setFirmware("1.2")
                        .setDirection(PassageDirection.PASSAGE_DIRECTION_OUT)
                        .setJournalLastSequence(17)
                        .setJournalRoom(JournalRoom.newBuilder().setDaysLeft(41))
                        .addLists(AppliedList.newBuilder().setList("hms-kort").setVersion(3))
                        .build(),
                NOW);
        gates.report(GATE, GateStatus.getDefaultInstance(), NOW.plusSeconds(5));
        Gate gate = gates.all().getFirst();
        assertThat(gate.online()).isFalse();
        assertThat(gate.firmware()).isEqualTo("1.2");
        assertThat(gate.direction()).isEqualTo(Direction.OUT);
        assertThat(gate.journalLast()).isEqualTo(17);
        assertThat(gate.journalDaysLeft()).hasValue(41L);
        assertThat(gate.lastSeen()).contains(NOW);
        assertThat(gate.lists())
                .singleElement()
                .satisfies(list -> assertThat(list.version()).isEqualTo(3));
    }

    private static GateStatus saidAt(Instant at, ClockTrust trust) {
        return GateStatus.newBuilder()
                .setOnline(true)
                .setReportedAtMs(at.toEpochMilli())
                .setClockTrust(trust)
                .build();
    }

    private Instant seen() {
        return gates.all().getFirst().lastSeen().orElseThrow();
    }

    @Test
    void whatLayInTheBrokerProvesOnlyThatTheGateWasThereThen() {
        Instant said = NOW.minusSeconds(240);
        gates.report(GATE, saidAt(said, ClockTrust.CLOCK_TRUST_SYNCHRONISED), NOW);
        assertThat(seen()).isEqualTo(said);
        Instant before = said.minusSeconds(60);
        gates.report(GATE, saidAt(before, ClockTrust.CLOCK_TRUST_SYNCHRONISED), NOW);
        assertThat(seen()).isEqualTo(said);
        Journal journal = new Journal();
        journal.add(
                EventFacts.newBuilder()
                        .setOccurredAtMs(NOW.minusSeconds(100).toEpochMilli())
                        .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                        .setRequestToExit(RequestToExit.getDefaultInstance())
                        .build(),
                null);
        new SqlEventIngest(database, new SqlEntryLog(database)).ingest(GATE, journal.batch(), NOW);
        assertThat(seen()).isEqualTo(NOW.minusSeconds(100));
    }

    @Test
    void aClockThatIsNotTrustedOrIsAheadDoesNotSayWhenTheGateWasThere() {
        gates.report(GATE, saidAt(NOW.minusSeconds(240), ClockTrust.CLOCK_TRUST_BOUNDED_BELOW), NOW);
        assertThat(seen()).isEqualTo(NOW);
        gates.report(GATE, saidAt(NOW.plusSeconds(240), ClockTrust.CLOCK_TRUST_SYNCHRONISED), NOW.plusSeconds(1));
        assertThat(seen()).isEqualTo(NOW.plusSeconds(1));
    }

    /** What a gate says without bound, or does not know. */
    @Test
    void aJournalsDaysAreBounded() {
        for (long days : new long[] {-1, Long.MAX_VALUE}) {
            gates.report(
                    GATE,
                    GateStatus.newBuilder()
                            .setOnline(true)
                            .setJournalRoom(JournalRoom.newBuilder().setDaysLeft(days))
                            .build(),
                    NOW);
            assertThat(gates.all().getFirst().journalDaysLeft()).hasValue(3_650L);
        }
        gates.report(
                GATE,
                GateStatus.newBuilder()
                        .setOnline(true)
                        .setJournalRoom(JournalRoom.newBuilder().setFreeBytes(1))
                        .build(),
                NOW);
        assertThat(gates.all().getFirst().journalDaysLeft()).isEmpty();
    }
}
