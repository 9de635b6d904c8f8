package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.RequestToExit;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;

/** Whatever is done to a gate's journal on its way becomes an alarm in the log that names the event. */
class ChainAlarmsTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final GateAddress OTHER = new GateAddress("oslo", "south");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final ByteString RUN = ByteString.fromHex("aaaa");
    private static final ByteString OTHER_RUN = ByteString.fromHex("bbbb");

    @TempDir
    Path folder;

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

    private void fill(int events) {
        for (int minute = 0; minute < events; minute++) {
            journal.exitRequest(minute);
        }
    }

    private void ingest(EventBatch batch) {
        ingest.ingest(GATE, batch, NOW);
    }

    private List<LogEntry> alarms() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE).stream()
                .filter(row -> row.kind().equals("Alarm"))
                .toList();
    }

    private void assertAlarm(long sequence, String... words) {
        assertThat(alarms()).singleElement().satisfies(row -> {
            assertThat(row.sequence()).isEqualTo(sequence);
            assertThat(row.detail().orElseThrow()).contains(words);
        });
    }

    private EventBatch withThird(ChainedEvent third) {
        List<ChainedEvent> events = new ArrayList<>(journal.batch().getEventsList());
        events.set(2, third);
        return Journal.batch(events);
    }

    @Test
    void oneEditedByteIsAnAlarmAtTheEventThatNoLongerFollows() {
        fill(5);
        ChainedEvent third = journal.batch(3, 3).getEvents(0);
        byte[] facts = third.getFacts().toByteArray();
        facts[1] ^= 1; // the lowest digits of the time
        ingest(withThird(third.toBuilder().setFacts(ByteString.copyFrom(facts)).build()));
        assertAlarm(4, "CHAIN_BROKEN", "event 4 follows another event 3");
    }

    @Test
    void anEditedPersonIsAnAlarmAtThatEvent() {
        fill(2);
        ChainedEvent third = journal.taken(Direction.IN, "1234567", 2);
        ingest(withThird(third.toBuilder()
                .setSubject(Journal.subject("7654321").toByteString())
                .build()));
        assertAlarm(3, "ILLEGIBLE", "not the one committed to");
    }

    @Test
    void aDroppedEventBecomesAnAlarmAfterAWhileAndItsEndIsSaidToo() {
        fill(9);
        ingest(journal.batch(1, 3));
        ingest(journal.batch(6, 9));
        assertThat(gaps.sayThoseSince(NOW.minusSeconds(1), NOW)).isZero();
        Instant later = NOW.plus(Duration.ofMinutes(6));
        assertThat(gaps.sayThoseSince(NOW, later)).isEqualTo(1);
        assertThat(gaps.sayThoseSince(NOW, later)).isZero();
        assertThat(alarms())
                .singleElement()
                .extracting(row -> row.detail().orElseThrow())
                .isEqualTo("JOURNAL_GAP: events 4 to 5 are missing since 2026-03-02T09:00:00Z; later ones are here");

        ingest(journal.batch(4, 4));
        assertThat(alarms()).hasSize(1);
        ingest(journal.batch(5, 5));
        assertThat(alarms()).hasSize(2);
        assertThat(alarms().getLast().detail()).hasValue("JOURNAL_GAP_OVER: event 5 and all before it are here");
    }

    @Test
    void aGapThatClosesByItselfIsNoAlarm() {
        fill(9);
        ingest(journal.batch(1, 3));
        ingest(journal.batch(6, 9));
        ingest(journal.batch(4, 5));
        assertThat(gaps.sayThoseSince(NOW, NOW.plusSeconds(600))).isZero();
        assertThat(alarms()).isEmpty();
    }

    @Test
    void twoThatChangedPlacesAreAnAlarmAtEach() {
        fill(5);
        List<ChainedEvent> events = new ArrayList<>(journal.batch().getEventsList());
        ChainedEvent third = events.get(2);
        events.set(2, events.get(3).toBuilder().setSequence(3).build());
        events.set(3, third.toBuilder().setSequence(4).build());
        ingest(Journal.batch(events));
        assertThat(alarms()).extracting(LogEntry::sequence).containsExactly(3L, 4L, 5L);
        assertThat(alarms().getFirst().detail().orElseThrow()).contains("event 3 follows another event 2");
    }

    @Test
    void anotherGatesEventInTheMiddleIsAnAlarmThatNamesTheGate() {
        Journal others = new Journal();
        for (int minute = 0; minute < 5; minute++) {
            others.exitRequest(minute + 100);
        }
        ingest.ingest(OTHER, others.batch(), NOW);
        fill(5);
        ingest(withThird(others.batch(3, 3).getEvents(0)));
        assertThat(alarms()).extracting(LogEntry::sequence).containsExactly(3L, 4L);
        assertThat(alarms().getFirst().detail().orElseThrow())
                .contains("event 3 follows another event 2", "it is event 3 of oslo/south");
    }

    private static GateStatus status(int minute, long last, long acknowledged) {
        return GateStatus.newBuilder()
                .setOnline(true)
                .setStartedAtMs(Journal.START.toEpochMilli())
                .setReportedAtMs(Journal.START.plusSeconds(60L * minute).toEpochMilli())
                .setJournalLastSequence(last)
                .setAcknowledgedSequence(acknowledged)
                .build();
    }

    @Test
    void aJournalWhoseTailWasCutIsAnAlarmWithBothNumbersAndForksWhenItGoesOn() {
        fill(8);
        gates.report(GATE, status(0, 8, 0), NOW);
        ingest(journal.batch());
        // The broker gives out its retained status anew: nothing happened.
        gates.report(GATE, status(0, 8, 0), NOW);
        assertThat(alarms()).isEmpty();
        gates.report(GATE, status(1, 5, 5), NOW);
        gates.report(GATE, status(2, 6, 5), NOW);
        assertThat(alarms())
                .singleElement()
                .extracting(row -> row.detail().orElseThrow().toString())
                .asString()
                .startsWith("JOURNAL_WENT_BACK: the gate's journal ends at event 5, but event 8 of it was committed");

        Journal cut = new Journal();
        for (int minute = 0; minute < 5; minute++) {
            cut.exitRequest(minute);
        }
        cut.exitRequest(77);
        ingest(cut.batch());
        assertThat(alarms()).hasSize(2);
        assertThat(alarms().getLast().sequence()).isEqualTo(6);
        assertThat(alarms().getLast().detail().orElseThrow()).startsWith("FORK: event 6 is another than the event 6");
    }

    private static GateStatus of(ByteString run, GateStatus status) {
        // The clock of a gate without a battery says what it likes: it does not tell which run was first.
        return status.toBuilder().setBootId(run).setStartedAtMs(0).build();
    }

    private void twoRuns() {
        at(RUN, 1, NOW, ClockTrust.CLOCK_TRUST_UNKNOWN);
        at(RUN, 2, NOW, ClockTrust.CLOCK_TRUST_UNKNOWN);
        at(OTHER_RUN, 1, NOW, ClockTrust.CLOCK_TRUST_UNKNOWN);
        at(OTHER_RUN, 2, NOW, ClockTrust.CLOCK_TRUST_UNKNOWN);
    }

    @Test
    void aStatusOfAnEarlierRunThatComesLateIsNoAlarm() {
        twoRuns();
        ingest(journal.batch(1, 2));
        gates.report(GATE, of(OTHER_RUN, status(0, 4, 0)), NOW);
        // Before and after the server has events of the later run.
        gates.report(GATE, of(RUN, status(1, 1, 0)), NOW);
        gates.report(GATE, of(OTHER_RUN, status(2, 4, 2)), NOW);
        ingest(journal.batch(3, 4));
        gates.report(GATE, of(RUN, status(1, 1, 0)), NOW);
        assertThat(alarms()).isEmpty();
    }

    /** A copy of the gate's SD card began later and is gone: the gate goes on, and what it says of itself counts. */
    @Test
    void ofTwoRunsThatInterleaveNeitherIsTheEarlierOne() {
        twoRuns();
        at(RUN, 3, NOW, ClockTrust.CLOCK_TRUST_UNKNOWN);
        ingest(journal.batch());
        gates.report(GATE, of(OTHER_RUN, status(0, 4, 4)), NOW);
        gates.report(GATE, of(RUN, status(1, 5, 5)), NOW);
        assertThat(gates.all())
                .singleElement()
                .satisfies(gate -> assertThat(gate.journalLast()).isEqualTo(5));
    }

    /** As above, and the copy was first with each number. */
    @Test
    void ofTwoRunsThatForkNeitherIsTheEarlierOne() {
        twoRuns();
        ingest(journal.batch());
        Journal own = new Journal();
        for (int minute = 0; minute < 3; minute++) {
            own.exitRequest(minute);
        }
        gates.report(GATE, of(OTHER_RUN, status(0, 4, 4)), NOW);
        gates.report(GATE, of(RUN, status(1, 3, 2)), NOW);
        assertThat(gates.all())
                .singleElement()
                .satisfies(gate -> assertThat(gate.journalLast()).isEqualTo(4));
        ingest(own.batch(3, 3));
        gates.report(GATE, of(RUN, status(2, 3, 2)), NOW);
        assertThat(gates.all())
                .singleElement()
                .satisfies(gate -> assertThat(gate.journalLast()).isEqualTo(3));
    }

    /** Its clock went back by an hour in between, so that the earlier one seems to be the later. */
    @Test
    void aStatusThatWasOvertakenIsNoAlarmWhateverTheClockSays() {
        fill(8);
        ingest(journal.batch());
        gates.report(
                GATE,
                of(RUN, status(5, 8, 0)).toBuilder().setUptimeNs(1_000_000_000).build(),
                NOW);
        gates.report(
                GATE,
                of(RUN, status(65, 5, 0)).toBuilder().setUptimeNs(900_000_000).build(),
                NOW);
        assertThat(alarms()).isEmpty();
        gates.report(
                GATE,
                of(RUN, status(66, 5, 0)).toBuilder().setUptimeNs(2_000_000_000).build(),
                NOW);
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void aRunThatBeginsBeforeWhatIsCommittedIsAnAlarm() {
        twoRuns();
        ingest(journal.batch());
        gates.report(GATE, of(OTHER_RUN, status(0, 4, 4)), NOW);
        gates.report(GATE, of(ByteString.fromHex("cccc"), status(1, 2, 2)), NOW);
        assertThat(alarms())
                .singleElement()
                .extracting(row -> row.detail().orElseThrow().toString())
                .asString()
                .startsWith("JOURNAL_WENT_BACK: the gate's journal ends at event 2, but event 4 of it was committed");
    }

    /** Status and events go by topics of their own. */
    @Test
    void eventsThatOvertookAStatusAreNoAlarm() {
        fill(8);
        gates.report(GATE, status(0, 4, 0), NOW);
        ingest(journal.batch());
        gates.report(GATE, status(1, 7, 4), NOW);
        assertThat(alarms()).isEmpty();
    }

    @Test
    void aServerThatWasPutBackSaysSoOnce() {
        fill(8);
        ingest(journal.batch(1, 3));
        gates.report(GATE, status(1, 8, 8), NOW);
        gates.report(GATE, status(2, 8, 8), NOW);
        ingest(journal.batch());
        gates.report(GATE, status(3, 8, 8), NOW);
        assertThat(alarms())
                .singleElement()
                .extracting(row -> row.detail().orElseThrow().toString())
                .asString()
                .startsWith("SERVER_WENT_BACK: the gate was told that event 8 was committed, but this database ends at"
                        + " event 3");
    }

    private ChainedEvent at(ByteString run, long uptimeSeconds, Instant wall, ClockTrust trust) {
        return journal.add(
                EventFacts.newBuilder()
                        .setBootId(run)
                        .setUptimeNs(uptimeSeconds * 1_000_000_000L)
                        .setOccurredAtMs(wall.toEpochMilli())
                        .setClockTrust(trust)
                        .setRequestToExit(RequestToExit.getDefaultInstance())
                        .build(),
                null);
    }

    @Test
    void aClockThatJumpsAfterItWasRightIsAnAlarmWithBothTimes() {
        Instant start = Journal.START;
        at(RUN, 1, Instant.EPOCH, ClockTrust.CLOCK_TRUST_UNKNOWN);
        at(RUN, 2, start.minusSeconds(900), ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        at(RUN, 3, start, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        at(RUN, 63, start.plusSeconds(119), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        ingest(journal.batch());
        assertThat(alarms()).isEmpty();

        at(RUN, 64, start.plusSeconds(3_720), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        at(RUN, 65, start.plusSeconds(3_721), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        at(RUN, 66, start.plusSeconds(122), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        // A new run may begin at any time.
        at(OTHER_RUN, 0, start.plusSeconds(99_999), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        // The later one first: it is told when the neighbour comes.
        ingest(journal.batch(7, 8));
        ingest(journal.batch(5, 6));
        assertThat(alarms()).extracting(LogEntry::sequence).containsExactlyInAnyOrder(5L, 7L);
        assertThat(alarms())
                .extracting(row -> row.detail().orElseThrow())
                .contains(
                        "CLOCK_JUMPED: at event 5 the gate's clock went from 2026-03-02T06:02:00Z to"
                                + " 2026-03-02T07:02:00Z (+3600 s against its uptime)",
                        "CLOCK_JUMPED: at event 7 the gate's clock went from 2026-03-02T07:02:02Z to"
                                + " 2026-03-02T06:02:02Z (-3600 s against its uptime)");
    }

    @Test
    void aClockThatGoesBackBeforeItWasEverRightIsAnAlarm() {
        at(RUN, 1, Journal.START, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        at(RUN, 2, Journal.START.minusSeconds(600), ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        ingest(journal.batch());
        assertAlarm(2, "CLOCK_JUMPED");
    }

    @Test
    void twoRunsAtOnceMeanAClonedCard() {
        at(RUN, 1, Journal.START, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        at(OTHER_RUN, 1, Journal.START, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        ingest(journal.batch());
        assertThat(alarms()).isEmpty();
        at(RUN, 3, Journal.START.plusSeconds(2), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        ingest(journal.batch());
        at(RUN, 4, Journal.START.plusSeconds(3), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        ingest(journal.batch());
        assertAlarm(2, "RUNS_INTERLEAVE", "aaaa", "bbbb", "cloned");
    }

    private List<String> seals() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE).stream()
                .filter(row -> row.kind().equals("JournalSealed"))
                .map(row -> row.detail().orElseThrow())
                .toList();
    }

    @Test
    void aSealIsProvedByTheGatesCertificateAndAWrongOneIsAnAlarm() {
        GateKeys keys = GateKeys.provision(database, GATE, folder);
        fill(3);
        keys.seal(journal, 4);
        ingest(journal.batch());
        assertThat(seals()).containsExactly("proved by the gate's certificate");
        assertThat(alarms()).isEmpty();

        // Another gate's seal, and one by a certificate that is not this gate's.
        keys.seal(journal, 5, OTHER);
        GateKeys.provision(database, OTHER, folder).seal(journal, 6, GATE);
        ingest(journal.batch());
        assertThat(seals()).containsExactly("proved by the gate's certificate", "does not prove", "does not prove");
        assertThat(alarms())
                .extracting(row -> row.detail().orElseThrow())
                .containsExactly(
                        "SEAL_WRONG: the seal at event 5 is not the gate's signature",
                        "SEAL_WRONG: the seal at event 6 names a certificate that this gate was not given");
    }

    @Test
    void aSealOfAGateWhoseCertificateIsNotKnownIsKeptUnchecked() {
        fill(1);
        GateKeys.provision(database, OTHER, folder).seal(journal, 2, GATE);
        ingest(journal.batch());
        assertThat(seals()).containsExactly("not checked: this server has no certificate of the gate");
        assertThat(alarms()).isEmpty();
    }
}
