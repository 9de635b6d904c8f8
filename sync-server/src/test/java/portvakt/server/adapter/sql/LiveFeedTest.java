package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.log.LiveEvents;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LiveIngest;
import portvakt.server.port.LogEntry;

/** What gates send past their backlog is shown until the log has it, counts once, and never enters the log by itself. */
class LiveFeedTest {

    private static final GateAddress NORTH = new GateAddress("oslo", "north");
    private static final GateAddress SOUTH = new GateAddress("oslo", "south");
    private static final Instant RECEIVED = Journal.START.plus(Duration.ofHours(2));

    private final Journal journal = new Journal();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;
    private LiveIngest live;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log);
        live = log.liveIngest();
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private void hear(GateAddress gate, ChainedEvent... copies) {
        live.heard(gate, Journal.batch(List.of(copies)), RECEIVED);
    }

    @Test
    void aLivePassageCountsAtOnceAndOnceWhenTheLogHasIt() {
        journal.taken(Direction.IN, "1111111", 0);
        ChainedEvent now = journal.taken(Direction.IN, "2222222", 60);
        AtomicInteger rung = new AtomicInteger();
        log.listenLive(rung::incrementAndGet);

        hear(NORTH, now);
        hear(NORTH, now);

        assertThat(rung).hasValue(2);
        assertThat(log.live()).extracting(LogEntry::sequence).containsExactly(2L);
        assertThat(log.after(0, 10, EntryLog.Filter.NONE)).isEmpty();
        assertThat(log.onSite(Optional.of("oslo"))).singleElement().satisfies(person -> {
            assertThat(person.cardNumber()).contains("2222222");
            assertThat(person.live()).isTrue();
        });
        assertThat(log.onSite(Optional.of("bergen"))).isEmpty();

        ingest.ingest(NORTH, journal.batch(), RECEIVED);

        assertThat(log.live()).isEmpty();
        assertThat(log.after(0, 10, EntryLog.Filter.NONE)).hasSize(2);
        assertThat(log.onSite(Optional.empty())).hasSize(2).noneMatch(EntryLog.OnSite::live);
    }

    @Test
    void aCopyOfWhatTheLogHasIsNotLive() {
        ChainedEvent stored = journal.taken(Direction.IN, "1111111", 0);
        ingest.ingest(NORTH, journal.batch(), RECEIVED);
        hear(NORTH, stored);
        assertThat(log.live()).isEmpty();
        assertThat(log.onSite(Optional.empty()))
                .singleElement()
                .satisfies(person -> assertThat(person.live()).isFalse());
    }

    /** In the log or live, the later passage of a person says where they are. */
    @Test
    void theLaterPassageCountsWhereverItIs() {
        Journal south = new Journal();
        journal.taken(Direction.IN, "1111111", 0);
        journal.taken(Direction.IN, "2222222", 1);
        ingest.ingest(NORTH, journal.batch(), RECEIVED);
        // One goes out live; of the other an older way out comes late.
        hear(SOUTH, south.taken(Direction.OUT, "1111111", 30));
        Journal older = new Journal();
        hear(new GateAddress("oslo", "west"), older.taken(Direction.OUT, "2222222", 0));

        assertThat(log.onSite(Optional.empty()))
                .singleElement()
                .satisfies(person -> assertThat(person.cardNumber()).contains("2222222"));
    }

    @Test
    void whatIsNoEventOfAGateIsLeftOut() {
        ChainedEvent good = journal.taken(Direction.IN, "1111111", 0);
        hear(
                NORTH,
                journal.garbage(),
                good.toBuilder().setSequence(0).build(),
                good.toBuilder().setSequence(-4).build(),
                // The subject is not the one that the event commits to.
                good.toBuilder()
                        .setSequence(8)
                        .setSubject(ByteString.copyFromUtf8("somebody else"))
                        .build());
        assertThat(log.live()).isEmpty();
        assertThat(log.onSite(Optional.empty())).isEmpty();
    }

    @Test
    void theNewestOfEachGateAreKept() {
        Journal south = new Journal();
        hear(SOUTH, south.exitRequest(0));
        IntStream.range(0, LiveEvents.GATE_EVENTS_MAX + 50).forEach(minute -> hear(NORTH, journal.exitRequest(minute)));
        assertThat(log.live())
                .hasSize(LiveEvents.GATE_EVENTS_MAX + 1)
                .anyMatch(row -> row.gate().equals("south"))
                .anyMatch(row -> row.sequence() == journal.last())
                .noneMatch(row -> row.gate().equals("north") && row.sequence() <= 50);
    }

    /** Whichever comes first, the copy or the commit, and however close: nothing stays live that the log has. */
    @Test
    void nothingStaysLiveThatIsStored() throws Exception {
        IntStream.range(0, 300).forEach(minute -> journal.taken(Direction.IN, "1111111", minute));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            var copies = threads.submit(() ->
                    IntStream.rangeClosed(1, 300).forEach(at -> live.heard(NORTH, journal.batch(at, at), RECEIVED)));
            var commits = threads.submit(() ->
                    IntStream.rangeClosed(1, 300).forEach(at -> ingest.ingest(NORTH, journal.batch(at, at), RECEIVED)));
            copies.get();
            commits.get();
        }
        assertThat(log.live()).isEmpty();
    }

    private void says(long journalLast, Duration later) {
        new SqlGates(database, log)
                .report(
                        NORTH,
                        GateStatus.newBuilder()
                                .setOnline(true)
                                .setJournalLastSequence(journalLast)
                                .build(),
                        RECEIVED.plus(later));
    }

    @Test
    void whatTheGatesJournalDoesNotHaveAMinuteLaterWillNeverBeInTheLog() {
        journal.taken(Direction.IN, "1111111", 0);
        hear(NORTH, journal.taken(Direction.IN, "2222222", 60), journal.taken(Direction.IN, "3333333", 61));
        AtomicInteger rung = new AtomicInteger();
        log.listenLive(rung::incrementAndGet);

        says(1, Duration.ofMinutes(1));
        assertThat(log.live()).as("a status that a copy has overtaken").hasSize(2);
        says(2, Duration.ofMinutes(1).plusMillis(1));

        assertThat(log.live()).extracting(LogEntry::sequence).containsExactly(2L);
        assertThat(rung).hasValue(1);
        says(2, Duration.ofMinutes(9));
        assertThat(log.live()).hasSize(1);
        assertThat(rung).as("nothing more has gone").hasValue(1);
    }

    @Test
    void whatAComputerThatWasReplacedHasShownAndNotSentIsGone() {
        hear(NORTH, journal.taken(Direction.IN, "1111111", 0));
        hear(SOUTH, journal.taken(Direction.IN, "2222222", 60));

        new SqlGates(database, log).register(NORTH, Direction.IN, "serial", new byte[] {1}, RECEIVED);

        assertThat(log.live()).extracting(LogEntry::gate).containsExactly("south");
    }
}
