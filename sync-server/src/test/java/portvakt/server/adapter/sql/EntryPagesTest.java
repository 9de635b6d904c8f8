package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.EntryLog.Page;
import portvakt.server.port.LogEntry;

/** Whatever is asked, the pages together are the rows that pass, each once, in order; and none is paid for by reading the log. */
class EntryPagesTest {

    private static final int ROWS = 24_000;
    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");
    private static final List<LogEntry> ALL = new ArrayList<>();

    private static Database database;
    private static SqlEntryLog log;

    @BeforeAll
    static void fill() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        SplittableRandom random = new SplittableRandom(20260302);
        for (int id = 1; id <= ROWS; id++) {
            ALL.add(row(id, random));
        }
        database.jdbi().useTransaction(handle -> LogEntryTable.insert(handle, ALL));
        database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
    }

    @AfterAll
    static void close() {
        log.close();
        database.close();
    }

    /** Some arrive late; several at one instant. The gate "cellar" has been heard of once, long ago. */
    private static LogEntry row(long id, SplittableRandom random) {
        boolean denied = random.nextInt(20) == 0;
        Instant at = START.plusSeconds(id / 3).minusSeconds(random.nextInt(10) == 0 ? 3_600 : 0);
        Optional<String> none = Optional.empty();
        return new LogEntry(
                id,
                "site" + random.nextInt(3),
                id == 100 ? "cellar" : "gate" + random.nextInt(4),
                id,
                at,
                at.plusSeconds(5),
                "SYNCHRONISED",
                Direction.IN,
                denied ? "AccessDenied" : random.nextBoolean() ? "AccessGranted" : "AccessTaken",
                denied ? Optional.of(random.nextInt(9) == 0 ? "UNKNOWN_CARD" : "CREDENTIAL_REVOKED") : none,
                List.of(),
                Optional.of(Integer.toString(4_000_000 + random.nextInt(400))),
                none,
                none,
                Optional.of("Employer " + random.nextInt(40)),
                Optional.of(random.nextInt(500) == 0 ? "SIGNED_PASS" : "UID_ONLY"),
                none,
                Optional.empty(),
                none,
                Optional.empty(),
                Optional.empty(),
                none);
    }

    private static Filter filter(SplittableRandom random) {
        Optional<Instant> from =
                random.nextBoolean() ? Optional.of(START.plusSeconds(random.nextInt(ROWS / 3))) : Optional.empty();
        return new Filter(
                pick(random, "site1"),
                pick(random, "gate2", "cellar"),
                pick(random, "AccessDenied", "AccessTaken"),
                pick(random, "4000123"),
                pick(random, "Employer 7"),
                pick(random, "UNKNOWN_CARD"),
                pick(random, "SIGNED_PASS"),
                random.nextInt(3) == 0 ? from : Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(from.orElse(START).plusSeconds(1_000)) : Optional.empty());
    }

    private static Optional<String> pick(SplittableRandom random, String... values) {
        return random.nextInt(3) == 0 ? Optional.of(values[random.nextInt(values.length)]) : Optional.empty();
    }

    @Test
    void pagesTogetherAreWhatPassesInOrder() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 300; round++) {
            Filter filter = filter(random);
            Cursor cursor = random.nextBoolean() ? Cursor.START : Cursor.END;
            int limit = 1 + random.nextInt(EntryLog.LIMIT_MAX);
            assertThat(ids(walk(filter, cursor, limit)))
                    .as("%s from %s by %d", filter, cursor, limit)
                    .isEqualTo(ids(expected(filter, cursor)));
        }
    }

    /** What comes in the middle of a walk neither doubles nor hides what was there. */
    @Test
    void aCursorIsTheSamePlaceWhateverArrives() {
        Filter filter = new Filter(
                Optional.of("site1"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(START),
                Optional.empty());
        Page first = log.page(filter, Cursor.END, 500);
        long late = ROWS + 1L;
        LogEntry middle = first.rows().get(250);
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO log_entry (id, site, gate, sequence, occurred_at, received_at, clock_trust, direction, kind,"
                                + " flags) VALUES (?, 'site1', 'gate1', 1, ?, ?, 'SYNCHRONISED', 'IN', 'Other', '')",
                        late,
                        middle.occurredAt(),
                        START));
        try {
            Page second = log.page(filter, new Cursor.Before(first.next().orElseThrow()), 500);
            assertThat(second.rows()).isEqualTo(expected(filter, Cursor.END).subList(500, 1_000));
            assertThat(ids(log.page(filter, Cursor.END, 1_000).rows())).contains(late);
        } finally {
            database.jdbi().useHandle(handle -> handle.execute("DELETE FROM log_entry WHERE id = ?", late));
        }
    }

    @Test
    void aPlaceInTimeThatIsNoRowIsRefused() {
        Filter march = new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(START),
                Optional.empty());
        assertThatThrownBy(() -> log.page(march, new Cursor.After(ROWS + 7L), 10))
                .isInstanceOf(EntryLog.NoSuchRow.class)
                .hasMessageContaining("24007");
    }

    /** The questions of the console and of the API's users, each answered from one index in its own order. */
    @Tag(Databases.H2_ONLY)
    @ParameterizedTest
    @CsvSource({
        ", PRIMARY_KEY",
        "site, LOG_ENTRY_BY_SITE",
        "site gate, LOG_ENTRY_BY_SITE",
        "card, LOG_ENTRY_BY_CARD",
        "site card, LOG_ENTRY_BY_CARD",
        "kind, LOG_ENTRY_BY_KIND",
        "site gate kind, LOG_ENTRY_BY_KIND",
        "reason, LOG_ENTRY_BY_REASON",
        "site gate kind reason, LOG_ENTRY_BY_REASON",
        "employer, LOG_ENTRY_BY_EMPLOYER",
        "site gate employer kind, LOG_ENTRY_BY_EMPLOYER",
        "assurance, PRIMARY_KEY",
        "site assurance, LOG_ENTRY_BY_SITE",
        "time, LOG_ENTRY_BY_TIME",
        "site time, LOG_ENTRY_BY_TIME",
        "site gate time, LOG_ENTRY_BY_TIME",
        "kind time, LOG_ENTRY_BY_TIME",
        "site gate kind time, LOG_ENTRY_BY_GATE_KIND_AND_TIME",
        "site gate reason time, LOG_ENTRY_BY_GATE_KIND_AND_TIME",
        "employer time, LOG_ENTRY_BY_EMPLOYER_AND_TIME",
        "site employer kind time, LOG_ENTRY_BY_EMPLOYER_AND_TIME",
    })
    void eachQuestionFollowsItsIndex(String asked, String index) {
        Filter filter = filter(asked == null ? "" : asked);
        for (Cursor cursor : List.of(new Cursor.Before(ROWS - 10L), new Cursor.After(10L))) {
            List<String> plans =
                    database.jdbi().withHandle(handle -> new EntryPages(handle, filter, cursor, 100).plans(cursor));
            assertThat(plans)
                    .hasSize(2)
                    .allSatisfy(
                            plan -> assertThat(plan).contains("PUBLIC." + index).contains("index sorted"));
        }
    }

    private static Filter filter(String asked) {
        List<String> names = List.of(asked.split(" "));
        return new Filter(
                given(names, "site", "site1"),
                given(names, "gate", "gate2"),
                given(names, "kind", "AccessDenied"),
                given(names, "card", "4000123"),
                given(names, "employer", "Employer 7"),
                given(names, "reason", "UNKNOWN_CARD"),
                given(names, "assurance", "UID_ONLY"),
                given(names, "time", "").map(_ -> START.plusSeconds(60)),
                given(names, "time", "").map(_ -> START.plusSeconds(6_000)));
    }

    private static Optional<String> given(List<String> names, String name, String value) {
        return names.contains(name) ? Optional.of(value) : Optional.empty();
    }

    private static List<LogEntry> walk(Filter filter, Cursor from, int limit) {
        List<LogEntry> walked = new ArrayList<>();
        Page page = log.page(filter, from, limit);
        walked.addAll(page.rows());
        while (page.next().isPresent()) {
            page = log.page(filter, from.goOn(page.next().get()), limit);
            walked.addAll(page.rows());
        }
        return walked;
    }

    private static List<LogEntry> expected(Filter filter, Cursor from) {
        Comparator<LogEntry> order = filter.inOrderOfTime()
                ? Comparator.comparing(LogEntry::occurredAt).thenComparingLong(LogEntry::id)
                : Comparator.comparingLong(LogEntry::id);
        return ALL.stream()
                .filter(row -> passes(row, filter))
                .sorted(from instanceof Cursor.After ? order : order.reversed())
                .toList();
    }

    private static boolean passes(LogEntry row, Filter filter) {
        boolean passes = is(filter.site(), Optional.of(row.site()))
                && is(filter.gate(), Optional.of(row.gate()))
                && is(filter.kind(), Optional.of(row.kind()))
                && is(filter.cardNumber(), row.cardNumber())
                && is(filter.employer(), row.employerName())
                && is(filter.reason(), row.reason())
                && is(filter.assurance(), row.assurance())
                && filter.from().map(at -> !row.occurredAt().isBefore(at)).orElse(true)
                && filter.to().map(row.occurredAt()::isBefore).orElse(true);
        assertThat(filter.passes(row)).isEqualTo(passes);
        return passes;
    }

    private static boolean is(Optional<String> wanted, Optional<String> value) {
        return wanted.isEmpty() || wanted.equals(value);
    }

    private static List<Long> ids(List<LogEntry> rows) {
        return rows.stream().map(LogEntry::id).toList();
    }
}
