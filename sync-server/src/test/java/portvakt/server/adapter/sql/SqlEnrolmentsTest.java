package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments.Binding;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Enrolments.Table;

/** A site's version rises by one with each change and with nothing else; what was bound once stays in the history. */
class SqlEnrolmentsTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final Uid CHIP = new Uid("04a1b2c3d4e5f6");
    private static final Uid OTHER_CHIP = new Uid("04a1b2c3d4e5f7");
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final CardNumber OTHER_CARD = new CardNumber("4388262");

    @TempDir
    private Path folder;

    private final AtomicInteger changes = new AtomicInteger();
    private Database database = Databases.inMemory();
    private SqlEnrolments enrolments = new SqlEnrolments(database, changes::incrementAndGet);

    @AfterEach
    void close() {
        database.close();
    }

    private Binding bind(Uid uid, CardNumber card, OnConflict onConflict, int minute) {
        return enrolments.bind("oslo", uid, card, onConflict, "kari", at(minute));
    }

    private static Instant at(int minute) {
        return NOW.plusSeconds(60L * minute);
    }

    private long version() {
        return enrolments.list("oslo").version();
    }

    private List<String> history() {
        return database.jdbi()
                .withHandle(handle -> handle.select(
                                "SELECT uid, card_number, bound_by, bound_version, ended_by, ended_version, ended_at"
                                        + " FROM enrolment ORDER BY id")
                        .map((row, context) -> row.getString("uid").substring(12) + " " + row.getString("card_number")
                                + " " + row.getString("bound_by") + " v" + row.getLong("bound_version")
                                + (row.getObject("ended_at") == null
                                        ? ""
                                        : " until " + row.getString("ended_by") + " v" + row.getLong("ended_version")))
                        .list());
    }

    @Test
    void aSiteWithoutAnyHasVersionZero() {
        assertThat(enrolments.list("oslo")).isEqualTo(new Table("oslo", 0, List.of()));
        assertThat(enrolments.unbind("oslo", CHIP, "kari", NOW)).isFalse();
        assertThat(enrolments.versions()).isEmpty();
        assertThat(changes).hasValue(0);
    }

    @Test
    void eachChangeIsOneVersionOfItsSiteAlone() {
        assertThat(bind(CHIP, CARD, OnConflict.REFUSE, 0))
                .isEqualTo(new Binding.Bound(new Enrolment(CHIP, CARD, "kari", at(0)), 1, false));
        assertThat(bind(OTHER_CHIP, OTHER_CARD, OnConflict.REFUSE, 1))
                .isEqualTo(new Binding.Bound(new Enrolment(OTHER_CHIP, OTHER_CARD, "kari", at(1)), 2, false));
        assertThat(enrolments.bind("bergen", CHIP, OTHER_CARD, OnConflict.REFUSE, "per", at(2)))
                .isInstanceOf(Binding.Bound.class);
        assertThat(enrolments.unbind("oslo", CHIP, "per", at(3))).isTrue();

        assertThat(enrolments.list("oslo"))
                .isEqualTo(new Table("oslo", 3, List.of(new Enrolment(OTHER_CHIP, OTHER_CARD, "kari", at(1)))));
        assertThat(enrolments.versions()).isEqualTo(Map.of("oslo", 3L, "bergen", 1L));
        assertThat(changes).hasValue(4);
    }

    @Test
    void whatChangesNothingIsNoVersion() {
        bind(CHIP, CARD, OnConflict.REFUSE, 0);
        Enrolment first = new Enrolment(CHIP, CARD, "kari", at(0));

        assertThat(bind(CHIP, CARD, OnConflict.REFUSE, 1)).isEqualTo(new Binding.Unchanged(first, 1));
        assertThat(bind(CHIP, CARD, OnConflict.REPLACE, 1)).isEqualTo(new Binding.Unchanged(first, 1));
        assertThat(bind(CHIP, OTHER_CARD, OnConflict.REFUSE, 1)).isEqualTo(new Binding.UidTaken(first));
        assertThat(bind(OTHER_CHIP, CARD, OnConflict.REFUSE, 1)).isEqualTo(new Binding.CardTaken(first));
        assertThat(bind(new Uid("08a1b2c3"), OTHER_CARD, OnConflict.REFUSE, 1)).isEqualTo(new Binding.RandomUid());
        assertThat(enrolments.unbind("oslo", OTHER_CHIP, "kari", at(1))).isFalse();

        assertThat(version()).isEqualTo(1);
        assertThat(changes).hasValue(1);
    }

    @Test
    void theHistoryKeepsWhoBoundWhatAndWhoEndedIt() {
        bind(CHIP, CARD, OnConflict.REFUSE, 0);
        enrolments.unbind("oslo", CHIP, "per", at(1));
        bind(CHIP, CARD, OnConflict.REFUSE, 2);
        bind(OTHER_CHIP, OTHER_CARD, OnConflict.REFUSE, 3);
        enrolments.bind("oslo", CHIP, OTHER_CARD, OnConflict.REPLACE, "liv", at(4));

        assertThat(history())
                .containsExactly(
                        "f6 4388261 kari v1 until per v2",
                        "f6 4388261 kari v3 until liv v5",
                        "f7 4388262 kari v4 until liv v5",
                        "f6 4388262 liv v5");
        assertThat(enrolments.list("oslo"))
                .isEqualTo(new Table("oslo", 5, List.of(new Enrolment(CHIP, OTHER_CARD, "liv", at(4)))));
    }

    @Test
    void aRestartForgetsNothing() {
        database.close();
        reopen();
        bind(CHIP, CARD, OnConflict.REFUSE, 0);
        bind(CHIP, OTHER_CARD, OnConflict.REPLACE, 1);
        Table before = enrolments.list("oslo");
        List<String> history = history();
        database.close();
        reopen();

        assertThat(before.version()).isEqualTo(2);
        assertThat(enrolments.list("oslo")).isEqualTo(before);
        assertThat(history()).isEqualTo(history).hasSize(2);
        assertThat(enrolments.unbind("oslo", CHIP, "per", at(2))).isTrue();
        assertThat(version()).isEqualTo(3);
    }

    private void reopen() {
        database = Databases.open("jdbc:h2:file:" + folder.resolve("portvakt"));
        enrolments = new SqlEnrolments(database, changes::incrementAndGet);
    }

    @Test
    void manyAtOnceGetVersionsWithoutGapsAndNoCardTwice() throws Exception {
        int rounds = 20;
        List<Long> versions = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < rounds; round++) {
                CyclicBarrier start = new CyclicBarrier(8);
                List<Callable<Binding>> wishes = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Uid uid = new Uid("04a1%02x%02x".formatted(round, i));
                    // The first four want the same card, the others one each.
                    CardNumber card = new CardNumber("50%02d%03d".formatted(round, Math.max(3, i)));
                    wishes.add(() -> {
                        start.await();
                        return enrolments.bind("oslo", uid, card, OnConflict.REFUSE, "kari", NOW);
                    });
                }
                for (var made : threads.invokeAll(wishes)) {
                    if (made.get() instanceof Binding.Bound bound) {
                        versions.add(bound.version());
                    }
                }
            }
        }

        assertThat(versions.stream().sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 5L * rounds).boxed().toList());
        assertThat(enrolments.list("oslo").enrolments())
                .extracting(Enrolment::card)
                .hasSize(5 * rounds)
                .doesNotHaveDuplicates();
        assertThat(version()).isEqualTo(5L * rounds);
    }

    @Test
    void anAuthorIsNeeded() {
        assertThatThrownBy(() -> enrolments.bind("oslo", CHIP, CARD, OnConflict.REFUSE, " ", NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100");
        assertThatThrownBy(() -> enrolments.unbind("oslo", CHIP, "x".repeat(101), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
