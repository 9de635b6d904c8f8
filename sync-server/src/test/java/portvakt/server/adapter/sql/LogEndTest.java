package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EventIngest.Ingested;
import portvakt.server.port.EventIngest.Tally;
import portvakt.server.port.GateRegistry;
import portvakt.server.port.LogEntry;

/** A gate that is let in anew goes on behind its newest event, and what never came before it is said once and waited for no more. */
class LogEndTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final GateAddress OTHER = new GateAddress("oslo", "south");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final ByteString OLD_RUN = ByteString.fromHex("aaaa");
    private static final ByteString NEW_RUN = ByteString.fromHex("bbbb");

    private final Journal journal = new Journal();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;
    private SqlGates gates;
    private SqlJournalGaps gaps;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log);
        gates = new SqlGates(database, log);
        gaps = new SqlJournalGaps(database, log);
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private void fill(int count) {
        for (int minute = 0; minute < count; minute++) {
            journal.add(
                    Journal.facts(minute)
                            .setBootId(OLD_RUN)
                            .setAlarm(Alarm.newBuilder().setKind("DISK"))
                            .build(),
                    null);
        }
    }

    /** What the new computer writes first, behind the event that it was told. */
    private EventBatch begun(JournalStart start) {
        EventFacts facts = Journal.facts(500)
                .setBootId(NEW_RUN)
                .setGateStarted(GateStarted.newBuilder().setGoesOnAfterSequence(start.sequence()))
                .build();
        return Journal.batch(List.of(EventChain.link(start.sequence() + 1, start.hash(), facts, null)));
    }

    private JournalStart letIn(GateAddress gate) {
        return gates.register(gate, Direction.IN, "77", "certificate".getBytes(StandardCharsets.US_ASCII), NOW);
    }

    private List<String> alarms() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE).stream()
                .filter(row -> row.kind().equals("Alarm") && row.sequence() < 0)
                .map(row -> row.detail().orElseThrow())
                .toList();
    }

    @Test
    void aGateOfWhichNothingHasComeBeginsAtTheBeginning() {
        fill(3);
        ingest.ingest(OTHER, journal.batch(), NOW);
        assertThat(letIn(GATE)).isEqualTo(JournalStart.NONE);
        assertThat(gates.logEnd(GATE)).isEqualTo(JournalStart.NONE);
        assertThat(gates.logEnd(new GateAddress("oslo", "nowhere"))).isEqualTo(JournalStart.NONE);
        assertThat(alarms()).isEmpty();
    }

    @Test
    void aGateWhoseEventsAreAllHereGoesOnAfterTheNewest() {
        fill(5);
        ingest.ingest(GATE, journal.batch(), NOW);
        JournalStart start = letIn(GATE);
        assertThat(start).isEqualTo(new JournalStart(5, journal.hash()));
        assertThat(gates.logEnd(GATE)).isEqualTo(start);
        assertThat(ingest.ingest(GATE, begun(start), NOW)).isEqualTo(new Ingested.Contiguous(6, new Tally(1, 0, 0, 0)));
        assertThat(alarms()).isEmpty();
        LogEntry begun = log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE).getLast();
        assertThat(begun.detail().orElseThrow()).endsWith("a new journal that goes on after event 5");
    }

    @Test
    void whatNeverCameIsSaidOnceAndCountsAsCommitted() {
        fill(12);
        ingest.ingest(GATE, journal.batch(1, 3), NOW);
        ingest.ingest(GATE, journal.batch(6, 9), NOW);
        ingest.ingest(GATE, journal.batch(12, 12), NOW);
        assertThat(gates.logEnd(GATE).sequence()).as("changes nothing").isEqualTo(3);
        assertThat(gaps.sayThoseSince(NOW, NOW)).isEqualTo(1);

        JournalStart start = letIn(GATE);
        assertThat(start).isEqualTo(new JournalStart(12, journal.hash()));
        assertThat(ingest.committed()).isEqualTo(Map.of(GATE, 12L));
        assertThat(alarms()).hasSize(2);
        assertThat(alarms().getLast())
                .isEqualTo(
                        "JOURNAL_GAP_STAYS: 4 events of this gate never came and will not: 4 to 5, 10 to 11; the gate was"
                                + " enrolled anew, and goes on after event 12");
        assertThat(ingest.ingest(GATE, begun(start), NOW)).isInstanceOf(Ingested.Contiguous.class);

        Instant later = NOW.plus(Duration.ofHours(1));
        assertThat(gaps.sayThoseSince(later, later)).isZero();
        letIn(GATE);
        assertThat(alarms()).hasSize(2);
    }

    @Test
    void manyGapsAreCountedAndTheFirstAreNamed() {
        fill(20);
        for (int each = 1; each <= 19; each += 2) {
            ingest.ingest(GATE, journal.batch(each, each), NOW);
        }
        letIn(GATE);
        assertThat(alarms())
                .singleElement()
                .asString()
                .contains("9 events of this gate never came and will not: 2, 4, 6, 8, 10 and 4 more gaps");
    }

    /** Whoever renews may be a thief: nothing moves for them. */
    @Test
    void aRenewalMovesNothing() {
        fill(9);
        ingest.ingest(GATE, journal.batch(1, 3), NOW);
        ingest.ingest(GATE, journal.batch(6, 9), NOW);
        Optional<JournalStart> end = gates.register(
                new GateRegistry.Certified(
                        GATE,
                        Direction.IN,
                        Optional.empty(),
                        "key",
                        "78",
                        "another".getBytes(StandardCharsets.US_ASCII)),
                NOW);
        assertThat(end.orElseThrow().sequence()).isEqualTo(3);
        assertThat(ingest.committed()).isEqualTo(Map.of(GATE, 3L));
        assertThat(alarms()).isEmpty();
    }

    private static GateStatus status(ByteString run, int minute, long last, long acknowledged) {
        return GateStatus.newBuilder()
                .setOnline(true)
                .setBootId(run)
                .setUptimeNs(minute * 60_000_000_000L)
                .setReportedAtMs(Journal.START.plusSeconds(60L * minute).toEpochMilli())
                .setJournalLastSequence(last)
                .setAcknowledgedSequence(acknowledged)
                .build();
    }

    /** The old computer had more than it could send, and the new one's first word overtakes nothing and accuses nobody. */
    @Test
    void theNewComputersStatusIsNoJournalThatWentBack() {
        fill(9);
        ingest.ingest(GATE, journal.batch(1, 5), NOW);
        gates.report(GATE, status(OLD_RUN, 9, 900, 5), NOW);
        assertThat(gates.all().getFirst().journalLast()).isEqualTo(900);
        JournalStart start = letIn(GATE);
        assertThat(gates.all().getFirst().journalLast())
                .as("not known to be lost before the new one has spoken")
                .isEqualTo(900);
        ingest.ingest(GATE, begun(start), NOW);
        // Said before the event was written, and heard after it was committed.
        gates.report(GATE, status(NEW_RUN, 1, 5, 5), NOW);
        gates.report(GATE, status(NEW_RUN, 2, 6, 6), NOW);
        assertThat(alarms()).isEmpty();
        assertThat(gates.all().getFirst().journalLast()).isEqualTo(6);
    }

    /** Of its last run none of the old computer's events had come: by that its status would seem the later one for ever. */
    @Test
    void theNewComputersStatusCounts() {
        fill(5);
        ingest.ingest(GATE, journal.batch(), NOW);
        gates.report(GATE, status(ByteString.fromHex("cccc"), 9, 7, 5), NOW);
        ingest.ingest(GATE, begun(letIn(GATE)), NOW);
        gates.report(GATE, status(NEW_RUN, 1, 6, 6), NOW);
        assertThat(gates.all().getFirst().journalLast()).isEqualTo(6);
    }

    private static GateStatus withList(GateStatus status, long version) {
        return status.toBuilder()
                .addLists(AppliedList.newBuilder()
                        .setList("hms-kort")
                        .setEpoch(1)
                        .setVersion(version)
                        .setIssuedAtMs(NOW.toEpochMilli()))
                .build();
    }

    /** It begins with what it can fetch whole, and comes to the newest step by step. */
    @Test
    void theNewComputersListsAreNoListsThatWentBack() {
        database.jdbi().useHandle(handle -> GateListTable.ensure(handle, GATE, "hms-kort", NOW));
        gates.report(GATE, withList(status(OLD_RUN, 9, 5, 0), 12), NOW);
        letIn(GATE);
        // The broker has it still, and gives it out when the server comes back.
        gates.report(GATE, withList(status(OLD_RUN, 9, 5, 0), 12), NOW);
        gates.report(GATE, withList(status(NEW_RUN, 1, 6, 0), 10), NOW);
        gates.report(GATE, withList(status(NEW_RUN, 2, 6, 0), 12), NOW);
        assertThat(alarms()).isEmpty();
        gates.report(GATE, withList(status(NEW_RUN, 3, 6, 0), 11), NOW);
        assertThat(alarms()).singleElement().asString().startsWith("LIST_WENT_BACK");
    }
}
