package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.evidence.ChainExport;
import portvakt.server.evidence.ChainFile;
import portvakt.server.evidence.ChainReport;
import portvakt.server.evidence.ChainVerifier;
import portvakt.server.port.CheckOuts.Due;
import portvakt.server.port.CheckOuts.Rule;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Erasure;
import portvakt.server.port.Erasure.Outcome;
import portvakt.server.port.Evidence;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Presence;

/** Who is erased is in no table any more, and the chain proves as before. */
class SqlErasureTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final CardNumber KARI = new CardNumber("1234567");
    private static final String OLA = "7654321";

    @TempDir
    Path folder;

    private final Journal journal = new Journal();
    private Database database;
    private SqlEntryLog log;
    private SqlErasure erasure;
    private GateKeys keys;

    @BeforeEach
    void fill() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        erasure = new SqlErasure(database);
        keys = GateKeys.provision(database, GATE, folder);
        journal.taken(Direction.IN, KARI.digits(), 0);
        journal.taken(Direction.IN, OLA, 1);
        journal.taken(Direction.OUT, KARI.digits(), 60);
        journal.taken(Direction.OUT, OLA, 61);
        keys.seal(journal, 62);
        ingest(journal.batch().getEventsList());
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private void ingest(List<ChainedEvent> events) {
        new SqlEventIngest(database, log).ingest(GATE, Journal.batch(events), NOW);
    }

    private Outcome erase(Optional<CardNumber> card, Optional<Instant> before) {
        return erasure.erase(new Erasure.Scope("oslo", card, before), "anne", "asked for it", NOW);
    }

    private ChainReport.Proved verify() throws IOException {
        Evidence evidence = new SqlEvidence(database);
        Evidence.Source source = evidence.find(GATE).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChainExport.write(
                evidence,
                new ChainFile.Header(
                        GATE,
                        source.direction(),
                        1,
                        source.last(),
                        NOW,
                        source.certificates(),
                        GateKeys.authority(folder).certificate()),
                out);
        return (ChainReport.Proved) new ChainVerifier(Optional.empty(), 5)
                .verify(new BufferedReader(new StringReader(out.toString(StandardCharsets.UTF_8))));
    }

    /** Every place where the bytes of a text stand. */
    private List<String> tablesWith(String text) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
        return database.jdbi()
                .withHandle(handle -> List.of(
                                "automatic_check_out",
                                "card_chip",
                                "double_entry",
                                "event",
                                "log_entry",
                                "presence",
                                "presence_correction",
                                "quarantine")
                        .stream()
                        .filter(table -> handle.select("SELECT * FROM " + table).mapToMap().list().stream()
                                .flatMap(row -> row.values().stream())
                                .anyMatch(value -> value instanceof byte[] bytes
                                        ? HexFormat.of().formatHex(bytes).contains(hex)
                                        : String.valueOf(value).contains(text)))
                        .toList());
    }

    @Test
    void oneCardIsGoneFromEveryTableAndTheChainProvesAsBefore() throws IOException {
        // A fork and one that was tampered with lie in the quarantine, with the person in them.
        Journal fork = new Journal();
        fork.taken(Direction.IN, KARI.digits(), 5);
        ChainedEvent swapped = journal.taken(Direction.IN, OLA, 63).toBuilder()
                .setSubject(Journal.subject(KARI.digits()).toByteString())
                .build();
        ChainedEvent withChip = journal.add(
                Journal.facts(64)
                        .setAccessGranted(AccessGranted.getDefaultInstance())
                        .build(),
                Journal.subject(KARI.digits()).toBuilder()
                        .setUid(ByteString.copyFrom(new byte[] {4, 1, 2, 3}))
                        .build());
        ingest(List.of(fork.batch().getEvents(0), swapped, withChip));
        assertThat(tablesWith(KARI.digits()))
                .containsExactly("card_chip", "event", "log_entry", "presence", "quarantine");

        assertThat(erase(Optional.of(KARI), Optional.empty())).isEqualTo(new Outcome.Erased(3, true, 2));

        assertThat(tablesWith(KARI.digits())).isEmpty();
        assertThat(tablesWith(OLA)).containsExactly("event", "log_entry", "presence");
        assertThat(verify().tally().erased()).isEqualTo(4);
        assertThat(verify().sealedTo()).isEqualTo(4);
        List<LogEntry> rows = log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
        assertThat(rows).extracting(LogEntry::sequence).startsWith(1L, 2L, 3L, 4L, 5L);
        assertThat(rows.getFirst().kind()).isEqualTo("AccessTaken");
        assertThat(rows.getFirst().holderName()).isEmpty();
        assertThat(erase(Optional.of(KARI), Optional.empty())).isEqualTo(new Outcome.Erased(0, false, 0));
    }

    @Test
    void whatIsSentAgainDoesNotBringThePersonBack() {
        erase(Optional.of(KARI), Optional.empty());
        ingest(journal.batch().getEventsList());
        assertThat(tablesWith(KARI.digits())).isEmpty();
    }

    @Test
    void everybodyBeforeADateIsGoneAndWhoCameLaterIsNot() throws IOException {
        assertThat(erase(Optional.empty(), Optional.of(Journal.START.plusSeconds(3600))))
                .isEqualTo(new Outcome.Erased(2, false, 0));
        assertThat(verify().tally().erased()).isEqualTo(2);
        assertThat(log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE))
                .extracting(LogEntry::cardNumber)
                .containsExactly(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(KARI.digits()),
                        Optional.of(OLA),
                        Optional.empty());
    }

    @Test
    void aReadOfTheChipAloneIsThePersonsToo() {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO enrolment (site, uid, card_number, bound_at, bound_by, bound_version)"
                                + " VALUES ('oslo', '04a1b2c3', ?, ?, 'anne', 1)",
                        KARI.digits(),
                        NOW));
        journal.add(
                Journal.facts(70)
                        .setDirection(Direction.OUT.wire())
                        .setAccessTaken(portvakt.protocol.v1.AccessTaken.getDefaultInstance())
                        .build(),
                portvakt.protocol.v1.Subject.newBuilder()
                        .setSalt(ByteString.copyFrom(new byte[16]))
                        .setUid(ByteString.fromHex("04a1b2c3"))
                        .build());
        ingest(journal.batch().getEventsList());
        assertThat(erase(Optional.of(KARI), Optional.empty())).isEqualTo(new Outcome.Erased(3, true, 0));
        assertThat(tablesWith("04a1b2c3")).isEmpty();
    }

    @Test
    void whoIsOnSiteIsNotErased() {
        journal.taken(Direction.IN, KARI.digits(), 100);
        ingest(journal.batch().getEventsList());
        assertThat(erase(Optional.of(KARI), Optional.empty())).isEqualTo(new Outcome.OnSite());
        assertThat(tablesWith(KARI.digits())).contains("event", "log_entry", "presence");
    }

    @Test
    void whoeverCameBeforeADateAndIsStillOnSiteStaysOnTheListOfWhoIsThere() {
        journal.taken(Direction.IN, KARI.digits(), 100);
        ingest(journal.batch().getEventsList());
        erase(Optional.empty(), Optional.of(NOW.plusSeconds(86_400)));
        assertThat(log.onSite(Optional.of("oslo")))
                .extracting(EntryLog.OnSite::cardNumber)
                .containsExactly(Optional.of(KARI.digits()));
        assertThat(tablesWith(OLA)).isEmpty();
    }

    @Test
    void theAuditSaysWhoAndWhyAndNotWhomWhole() {
        erase(Optional.of(KARI), Optional.empty());
        List<String> audit = database.jdbi()
                .withHandle(handle -> handle.select(
                                "SELECT action, source, account, outcome, reason FROM register_audit" + " ORDER BY id")
                        .map((row, context) -> row.getString("action") + " " + row.getString("source") + " "
                                + row.getString("account") + " " + row.getString("outcome") + " "
                                + row.getString("reason"))
                        .list());
        assertThat(audit)
                .containsExactly(
                        "ERASURE oslo anne BEGUN " + KARI.masked() + ": asked for it",
                        "ERASURE oslo anne DONE " + KARI.masked() + ": 2 rows; asked for it");
    }

    @Test
    void whatWasStatedAndWorkedOutAboutAHolderIsErasedToo() {
        Map<String, Duration> within = new TreeMap<>(Map.of("oslo", Duration.ofHours(16)));
        SqlPresence presence = new SqlPresence(database, within);
        Journal other = new Journal();
        other.taken(Direction.IN, KARI.digits(), 70);
        other.taken(Direction.IN, KARI.digits(), 80);
        new SqlEventIngest(database, log, within).ingest(new GateAddress("oslo", "west"), other.batch(), NOW);
        presence.checkOut("oslo", since -> Optional.of(new Due(since.plusSeconds(60), Rule.LONGEST_STAY)), NOW);
        Presence.Holder holder = new Presence.Holder.Card(KARI);
        presence.state("oslo", holder, Direction.OUT, Journal.START, "anne", KARI.digits() + " left", NOW);
        assertThat(tablesWith(KARI.digits()))
                .contains("automatic_check_out", "double_entry", "presence", "presence_correction");

        assertThat(erase(Optional.of(KARI), Optional.empty())).isInstanceOf(Outcome.Erased.class);
        assertThat(tablesWith(KARI.digits())).isEmpty();
        // That something was stated, when and by whom, stays.
        assertThat(presence.corrections(Optional.of("oslo"), Long.MAX_VALUE, 10))
                .singleElement()
                .satisfies(row -> assertThat(row.author()).isEqualTo("anne"))
                .satisfies(row -> assertThat(row.reason()).isEmpty())
                .satisfies(row -> assertThat(row.person()).isEqualTo(Presence.Person.NOBODY));
    }
}
