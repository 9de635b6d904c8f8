package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.Sites;

/** Looks are kept, those that repeat themselves as one, and found by whom they were about. */
class SqlAccessAuditTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final String KARI = "1234567";

    private final Database database = Databases.inMemory();
    private final SqlAccessAudit audit = new SqlAccessAudit(database);

    @AfterEach
    void close() {
        database.close();
    }

    private static Read read(String account, Optional<String> site, Optional<String> card) {
        return new Read(Kind.PASSAGES, account, "/log", site, "", card, Optional.empty(), Optional.empty(), 3);
    }

    private static Read list(String account, Instant from, Instant to, int rows) {
        return new Read(
                Kind.PASSAGES,
                account,
                "/",
                Optional.of("oslo"),
                "",
                Optional.empty(),
                Optional.of(from),
                Optional.of(to),
                rows);
    }

    private List<Row> all() {
        return audit.rows(Filter.of(Sites.ALL), Long.MAX_VALUE, 100);
    }

    @Test
    void theSameQuestionWithinTenMinutesIsOneRowWithACount() {
        audit.note(list("kari", NOW.minusSeconds(60), NOW.minusSeconds(50), 2), NOW);
        audit.note(list("kari", NOW.minusSeconds(90), NOW, 5), NOW.plusSeconds(60));
        audit.note(list("kari", NOW.minusSeconds(60), NOW.minusSeconds(50), 1), NOW.plusSeconds(599));
        Row row = all().getFirst();
        assertThat(all()).hasSize(1);
        assertThat(row.times()).isEqualTo(3);
        assertThat(row.firstAt()).isEqualTo(NOW);
        assertThat(row.lastAt()).isEqualTo(NOW.plusSeconds(599));
        assertThat(row.read()).isEqualTo(list("kari", NOW.minusSeconds(90), NOW, 5));

        // Ten minutes after its first, however often it came in between.
        audit.note(list("kari", NOW, NOW, 1), NOW.plusSeconds(600));
        assertThat(all()).hasSize(2);
    }

    @Test
    void aLookThatShowedMoreThanItBeganWithGrows() {
        long id = audit.note(list("kari", NOW, NOW, 0), NOW);
        audit.grow(id, 7, Optional.of(NOW.minusSeconds(60)), Optional.of(NOW.minusSeconds(50)));
        assertThat(all().getFirst()).isEqualTo(new Row(id, NOW, NOW, 1, list("kari", NOW.minusSeconds(60), NOW, 7)));
    }

    @Test
    void anotherReaderSiteCardOrQuestionIsAnotherRow() {
        audit.note(read("kari", Optional.of("oslo"), Optional.empty()), NOW);
        audit.note(read("vakt", Optional.of("oslo"), Optional.empty()), NOW);
        audit.note(read("kari", Optional.of("bergen"), Optional.empty()), NOW);
        audit.note(read("kari", Optional.empty(), Optional.empty()), NOW);
        audit.note(read("kari", Optional.of("oslo"), Optional.of(KARI)), NOW);
        audit.note(
                new Read(
                        Kind.PASSAGES,
                        "kari",
                        "/log",
                        Optional.of("oslo"),
                        "gate=north",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        3),
                NOW);
        assertThat(all()).hasSize(6).allMatch(row -> row.times() == 1);
    }

    @Test
    void filtersBySitePersonReaderKindAndTime() {
        audit.note(read("kari", Optional.of("oslo"), Optional.of(KARI)), NOW);
        audit.note(read("vakt", Optional.of("bergen"), Optional.of(KARI)), NOW.plusSeconds(10));
        audit.note(read("anne", Optional.empty(), Optional.of(KARI)), NOW.plusSeconds(20));
        assertThat(accounts(Filter.about("oslo", KARI))).containsExactly("anne", "kari");
        assertThat(accounts(Filter.about("oslo", "7"))).isEmpty();
        assertThat(accounts(Filter.of(Sites.of(Set.of())))).isEmpty();
        assertThat(accounts(new Filter(
                        Sites.ALL,
                        Optional.of(Kind.PASSAGES),
                        Optional.of("vakt"),
                        Optional.empty(),
                        Optional.of(NOW.plusSeconds(10)),
                        Optional.of(NOW.plusSeconds(11)))))
                .containsExactly("vakt");
        assertThat(accounts(new Filter(
                        Sites.ALL,
                        Optional.of(Kind.CARDS),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
                .isEmpty();
        List<Row> rows = audit.rows(Filter.of(Sites.ALL), Long.MAX_VALUE, 2);
        assertThat(audit.rows(Filter.of(Sites.ALL), rows.getLast().id(), 2))
                .extracting(row -> row.read().account())
                .containsExactly("kari");
    }

    private List<String> accounts(Filter filter) {
        return audit.rows(filter, Long.MAX_VALUE, 100).stream()
                .map(row -> row.read().account())
                .toList();
    }

    @Test
    void findsTheListsThatShowedATimeAtWhichSomebodyPassed() {
        try (SqlEntryLog log = new SqlEntryLog(database)) {
            Journal journal = new Journal();
            journal.taken(Direction.IN, KARI, 0);
            new SqlEventIngest(database, log).ingest(new GateAddress("oslo", "north"), journal.batch(), NOW);
            Instant passed = log.after(0, 1, portvakt.server.port.EntryLog.Filter.NONE)
                    .getFirst()
                    .occurredAt();
            audit.note(list("before", passed.minusSeconds(100), passed.minusSeconds(1), 2), NOW.plusSeconds(1));
            audit.note(list("saw", passed.minusSeconds(100), passed, 2), NOW.plusSeconds(1));
            audit.note(list("too-early", passed.minusSeconds(100), passed, 2), NOW.minusSeconds(1));
            audit.note(read("asked-for-them", Optional.of("oslo"), Optional.of(KARI)), NOW.plusSeconds(1));
        }
        assertThat(audit.listsWith("oslo", KARI, 10))
                .extracting(row -> row.read().account())
                .containsExactly("saw");
        assertThat(audit.listsWith("bergen", KARI, 10)).isEmpty();
        assertThat(audit.listsWith("oslo", "7654321", 10)).isEmpty();
    }

    @Test
    void forgetsWhatIsOld() {
        audit.note(read("kari", Optional.of("oslo"), Optional.empty()), NOW);
        audit.note(read("vakt", Optional.of("oslo"), Optional.empty()), NOW.plus(Duration.ofDays(1)));
        assertThat(audit.forget(NOW.plusSeconds(1))).isEqualTo(1);
        assertThat(accounts(Filter.of(Sites.ALL))).containsExactly("vakt");
    }
}
