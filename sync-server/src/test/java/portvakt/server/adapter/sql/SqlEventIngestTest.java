package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.log.Passage;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EventIngest.Ingested;
import portvakt.server.port.EventIngest.Tally;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/** Events come at least once, in any order, whole or broken; the log has each once, in order, and says what is wrong. */
class SqlEventIngestTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final Journal journal = new Journal();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;

    @BeforeEach
    void open() {
        use(Databases.inMemory());
    }

    private void use(Database opened) {
        database = opened;
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log);
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private List<LogEntry> rows() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
    }

    private Ingested ingest(EventBatch batch) {
        return ingest.ingest(GATE, batch, NOW);
    }

    /** A gate drops what it is told is safe. What another lane has committed and not yet forced would not be there after a kill. */
    @Test
    void howFarGatesAreCommittedIsOnTheDiskWhenTheyAreTold(@TempDir Path folder) throws Exception {
        GateAddress gate = new GateAddress("oslo", "north");
        try (Database file =
                        Database.open("jdbc:h2:file:" + folder.resolve("live"), Optional.empty(), Optional.empty());
                SqlEntryLog ofFile = new SqlEntryLog(file)) {
            file.jdbi().useTransaction(handle -> {
                GateTable.ensure(handle, gate, Direction.IN);
                GateTable.update(
                        handle,
                        gate,
                        new GateTable.Progress(Direction.IN, 4_711, new byte[32]),
                        Instant.parse("2026-03-02T06:00:00Z"));
            });

            assertThat(new SqlEventIngest(file, ofFile).committed()).containsEntry(gate, 4_711L);

            // As a kill would leave it.
            Files.copy(folder.resolve("live.mv.db"), folder.resolve("killed.mv.db"));
        }
        try (Database killed =
                Database.open("jdbc:h2:file:" + folder.resolve("killed"), Optional.empty(), Optional.empty())) {
            assertThat(new SqlGates(killed).all())
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.committed()).isEqualTo(4_711));
        }
    }

    @Test
    void aBatchThatComesTwiceIsStoredOnce() {
        for (int minute = 0; minute < 5; minute++) {
            journal.exitRequest(minute);
        }
        assertThat(ingest(journal.batch())).isEqualTo(new Ingested.Contiguous(5, new Tally(5, 0, 0, 0)));
        assertThat(ingest(journal.batch())).isEqualTo(new Ingested.Contiguous(5, new Tally(0, 5, 0, 0)));
        assertThat(rows()).extracting(LogEntry::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(rows()).extracting(LogEntry::id).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void overlappingBatchesAddWhatIsNew() {
        for (int minute = 0; minute < 6; minute++) {
            journal.exitRequest(minute);
        }
        ingest(journal.batch(1, 4));
        assertThat(ingest(journal.batch(3, 6))).isEqualTo(new Ingested.Contiguous(6, new Tally(2, 2, 0, 0)));
    }

    @Test
    void aGapIsStoredBehindAndNotAcknowledgedOver() {
        for (int minute = 0; minute < 6; minute++) {
            journal.exitRequest(minute);
        }
        ingest(journal.batch(1, 2));
        assertThat(ingest(journal.batch(4, 6))).isEqualTo(new Ingested.Gapped(2, 3, new Tally(3, 0, 0, 0)));
        assertThat(ingest(journal.batch(3, 3))).isEqualTo(new Ingested.Contiguous(6, new Tally(1, 0, 0, 0)));
        assertThat(rows()).extracting(LogEntry::kind).doesNotContain("Alarm");
    }

    @Test
    void aForkIsNotStoredAndRaisesOneAlarm() {
        journal.exitRequest(0);
        journal.taken(Direction.IN, "1234567", 1);
        ingest(journal.batch());
        Journal other = new Journal();
        other.exitRequest(0);
        other.taken(Direction.IN, "7654321", 1);

        assertThat(ingest(other.batch())).isEqualTo(new Ingested.Contiguous(2, new Tally(0, 1, 0, 1)));
        ingest(other.batch());

        assertThat(rows()).extracting(LogEntry::kind).containsExactly("RequestToExit", "AccessTaken", "Alarm");
        assertThat(rows().getLast().detail().orElseThrow()).startsWith("FORK");
        assertThat(log.onSite(Optional.empty()))
                .extracting(person -> person.cardNumber().orElseThrow())
                .containsExactly("1234567");
    }

    @Test
    void anEditedEventIsStoredWithAnAlarm() {
        journal.exitRequest(0);
        ChainedEvent second = journal.exitRequest(1);
        ChainedEvent edited = second.toBuilder()
                .setPreviousHash(ByteString.copyFrom(new byte[32]))
                .build();
        ingest(journal.batch(1, 1));
        assertThat(ingest(Journal.batch(List.of(edited))).committedSequence()).isEqualTo(2);
        assertThat(rows()).extracting(LogEntry::kind).containsExactly("RequestToExit", "RequestToExit", "Alarm");
        assertThat(rows().getLast().detail().orElseThrow()).startsWith("CHAIN_BROKEN");
    }

    @Test
    void aBrokenLinkIsSeenAlsoWhenTheEarlierEventComesLater() {
        journal.exitRequest(0);
        ChainedEvent second = journal.exitRequest(1);
        ingest(Journal.batch(List.of(second.toBuilder()
                .setPreviousHash(ByteString.copyFrom(new byte[32]))
                .build())));
        ingest(journal.batch(1, 1));
        assertThat(rows()).filteredOn(row -> row.kind().equals("Alarm")).hasSize(1);
    }

    @Test
    void anIllegibleEventHoldsUpNothing() {
        journal.exitRequest(0);
        journal.garbage();
        journal.add(Journal.facts(2).setAlarm(Alarm.newBuilder().setKind("X")).build(), null);
        assertThat(ingest(journal.batch())).isEqualTo(new Ingested.Contiguous(3, new Tally(3, 0, 1, 0)));
        assertThat(rows()).extracting(LogEntry::sequence).containsExactly(1L, 2L, 3L);
        assertThat(rows().get(1).detail().orElseThrow()).startsWith("ILLEGIBLE");
        assertThat(count("quarantine")).isEqualTo(1);
        ingest(journal.batch());
        assertThat(rows()).hasSize(3);
    }

    @Test
    void aSubjectThatIsNotTheOneCommittedToIsNotShown() {
        ChainedEvent taken = journal.taken(Direction.IN, "1234567", 0);
        ChainedEvent swapped = taken.toBuilder()
                .setSubject(Journal.subject("7654321").toByteString())
                .build();
        assertThat(ingest(Journal.batch(List.of(swapped))).tally().quarantined())
                .isEqualTo(1);
        assertThat(log.onSite(Optional.empty())).isEmpty();
    }

    @Test
    void numbersAndTextsFromOutsideAreHeldInBounds() {
        journal.add(
                EventFacts.newBuilder()
                        .setOccurredAtMs(Long.MAX_VALUE)
                        .setAlarm(Alarm.getDefaultInstance())
                        .build(),
                null);
        journal.add(
                Journal.facts(1)
                        .setAlarm(Alarm.newBuilder()
                                .setKind("A\u0000\u202E\u2069B")
                                .setDetail("x".repeat(100_000)))
                        .build(),
                null);
        ChainedEvent zero = journal.exitRequest(2).toBuilder().setSequence(0).build();
        ChainedEvent huge = zero.toBuilder().setSequence(-1).build();
        Ingested ingested = ingest(
                journal.batch().toBuilder().addEvents(zero).addEvents(huge).build());
        assertThat(ingested).isEqualTo(new Ingested.Contiguous(3, new Tally(3, 0, 3, 0)));
        assertThat(rows().stream().filter(row -> row.sequence() == 2).toList())
                .singleElement()
                .satisfies(row -> assertThat(row.detail().orElseThrow())
                        .startsWith("AB x")
                        .hasSize(500));
    }

    @Test
    void anUnknownBodyIsARowOfKindOther() {
        journal.add(Journal.facts(0).build(), null);
        ingest(journal.batch());
        assertThat(rows()).extracting(LogEntry::kind).containsExactly("Other");
    }

    @Test
    void onlyTheNewestPassageCountsWhateverOrderTheyComeIn() {
        Journal out = new Journal();
        journal.taken(Direction.IN, "1234567", 0);
        journal.taken(Direction.IN, "7654321", 5);
        out.taken(Direction.OUT, "1234567", 60);
        ingest.ingest(new GateAddress("oslo", "south"), out.batch(), NOW);
        ingest(journal.batch());
        assertThat(log.onSite(Optional.of("oslo")))
                .extracting(person -> person.cardNumber().orElseThrow())
                .containsExactly("7654321");
        assertThat(log.onSite(Optional.of("bergen"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyOrderOfAnyPiecesGivesTheSameLogAndPresence(long seed) {
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 60; i++) {
            Direction direction = random.nextBoolean() ? Direction.IN : Direction.OUT;
            journal.taken(direction, "100000" + random.nextInt(8), random.nextInt(200));
        }
        List<ChainedEvent> events = new ArrayList<>(journal.batch().getEventsList());
        events.addAll(journal.batch(10, 40).getEventsList());
        Collections.shuffle(events, new Random(seed));
        Ingested last = null;
        for (int from = 0; from < events.size(); from += 7) {
            last = ingest(Journal.batch(events.subList(from, Math.min(events.size(), from + 7))));
        }
        assertThat(last).isInstanceOf(Ingested.Contiguous.class);
        assertThat(last.committedSequence()).isEqualTo(60);
        assertThat(rows()).extracting(LogEntry::sequence).hasSize(60).doesNotHaveDuplicates();
        assertThat(rows()).extracting(LogEntry::kind).containsOnly("AccessTaken");

        Map<String, Passage> newest = new HashMap<>();
        for (LogEntry row : rows()) {
            Passage passage = Passage.of(row).orElseThrow();
            newest.merge(passage.holder(), passage, (a, b) -> b.isLaterThan(a) ? b : a);
        }
        assertThat(log.onSite(Optional.empty()).stream()
                        .map(person -> person.cardNumber().orElseThrow()))
                .containsExactlyInAnyOrderElementsOf(newest.values().stream()
                        .filter(passage -> passage.direction() == Direction.IN)
                        .map(passage -> passage.cardNumber().orElseThrow())
                        .toList());
    }

    @Test
    void theListenerHearsEachRowOnceInOrder() throws Exception {
        List<Long> heard = new CopyOnWriteArrayList<>();
        for (int minute = 0; minute < 20; minute++) {
            journal.exitRequest(minute);
        }
        try (AutoCloseable listening = log.listen(row -> heard.add(row.id()))) {
            assertThat(listening).isNotNull();
            ingest(journal.batch(1, 10));
            ingest(journal.batch(5, 20));
            Awaitility.await().until(() -> heard.size() == 20);
        }
        assertThat(heard).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatWasTakenIsThereAfterReopening(@TempDir Path folder) {
        database.close();
        String url = "jdbc:h2:file:" + folder.resolve("log");
        use(Databases.open(url));
        journal.taken(Direction.IN, "1234567", 0);
        ingest(journal.batch());
        database.close();
        use(Databases.open(url));
        assertThat(rows()).hasSize(1);
        assertThat(rows().getFirst().occurredAt()).isEqualTo(Journal.START);
        assertThat(rows().getFirst().receivedAt()).isEqualTo(NOW);
        journal.exitRequest(1);
        assertThat(ingest(journal.batch())).isEqualTo(new Ingested.Contiguous(2, new Tally(1, 1, 0, 0)));
    }

    @Test
    void aDatabaseThatIsAwayIsAnErrorAndNothingElse() {
        journal.exitRequest(0);
        database.close();
        assertThatThrownBy(() -> ingest(journal.batch())).isInstanceOf(StorageException.class);
    }

    private long count(String table) {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT COUNT(*) FROM " + table)
                        .mapTo(Long.class)
                        .one());
    }
}
