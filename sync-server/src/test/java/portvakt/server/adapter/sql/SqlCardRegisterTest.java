package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.CardStatuses.Listed;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/** What the register said last counts, whatever order it arrives in; a token counts once. */
class SqlCardRegisterTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final CardNumber CARD = new CardNumber("1234567");

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger changes = new AtomicInteger();
    private Database database;
    private SqlCardRegister register;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        register = new SqlCardRegister(database, () -> NOW, list -> {
            told.add(list);
            changes.incrementAndGet();
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Outcome apply(CardStatus status, int minute, String token) {
        return apply(status, minute, token, "hash of " + token);
    }

    private Outcome apply(CardStatus status, int minute, String token, String hash) {
        return register.apply(
                StatusChange.ofToken("hms-kort", CARD, status, NOW.plusSeconds(60L * minute), "register", token, hash));
    }

    private Iterable<Listed> listed() {
        return new SqlCardStatuses(database).listed("hms-kort");
    }

    @Test
    void aLaterStatusReplacesAnEarlierOne() {
        assertThat(apply(CardStatus.SUSPENDED, 1, "a")).isEqualTo(Outcome.APPLIED);
        assertThat(listed()).containsExactly(new Listed(CARD, CardStatus.SUSPENDED));
        assertThat(apply(CardStatus.VALID, 2, "b")).isEqualTo(Outcome.APPLIED);
        assertThat(listed()).isEmpty();
        assertThat(changes).hasValue(2);
    }

    @Test
    void anOlderStatusThatArrivesLateChangesNothingButIsAudited() {
        apply(CardStatus.VALID, 5, "a");
        assertThat(apply(CardStatus.REVOKED, 3, "b")).isEqualTo(Outcome.UNCHANGED);
        assertThat(listed()).isEmpty();
        assertThat(audited()).isEqualTo(2);
    }

    @Test
    void theSameStatusAtALaterTimeMovesTheTime() {
        apply(CardStatus.REVOKED, 1, "a");
        assertThat(apply(CardStatus.REVOKED, 9, "b")).isEqualTo(Outcome.UNCHANGED);
        assertThat(apply(CardStatus.VALID, 5, "c")).isEqualTo(Outcome.UNCHANGED);
        assertThat(listed()).containsExactly(new Listed(CARD, CardStatus.REVOKED));
    }

    @Test
    void atTheSameTimeTheGraverStatusCountsInEitherOrder() {
        apply(CardStatus.VALID, 1, "a");
        assertThat(apply(CardStatus.REVOKED, 1, "b")).isEqualTo(Outcome.APPLIED);
        assertThat(apply(CardStatus.VALID, 1, "c")).isEqualTo(Outcome.UNCHANGED);
        assertThat(listed()).containsExactly(new Listed(CARD, CardStatus.REVOKED));
    }

    @Test
    void aTokenCountsOnce() {
        assertThat(apply(CardStatus.REVOKED, 1, "a")).isEqualTo(Outcome.APPLIED);
        assertThat(apply(CardStatus.REVOKED, 1, "a")).isEqualTo(Outcome.REPEATED);
        assertThat(apply(CardStatus.VALID, 9, "a", "another content")).isEqualTo(Outcome.TOKEN_ID_REUSED);
        assertThat(listed()).containsExactly(new Listed(CARD, CardStatus.REVOKED));
        assertThat(changes).hasValue(1);
    }

    @Test
    void aTokenIdThatCannotBeKeptIsRefused() {
        assertThatThrownBy(() -> apply(CardStatus.REVOKED, 1, "x".repeat(301)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("300");
    }

    private StatusChange change(String list, String card, CardStatus status, int minute, String token) {
        return StatusChange.ofToken(
                list, new CardNumber(card), status, NOW.plusSeconds(60L * minute), "register", token, "hash");
    }

    @Test
    void manyChangesGiveAnOutcomeForEachAndCountByTheirTimes() {
        apply(CardStatus.REVOKED, 1, "known");
        List<StatusChange> changes = List.of(
                change("hms-kort", "7654321", CardStatus.SUSPENDED, 9, "a"),
                change("hms-kort", "7654321", CardStatus.REVOKED, 5, "b"),
                change("hms-kort", "7654321", CardStatus.VALID, 10, "c"),
                change("site-oslo", "7654321", CardStatus.REVOKED, 1, "d"),
                change("site-oslo", "7654321", CardStatus.REVOKED, 1, "d"),
                change("hms-kort", "1111111", CardStatus.SUSPENDED, 1, "known"));
        assertThat(register.applyAll(changes))
                .containsExactly(
                        Outcome.APPLIED,
                        Outcome.UNCHANGED,
                        Outcome.APPLIED,
                        Outcome.APPLIED,
                        Outcome.REPEATED,
                        Outcome.TOKEN_ID_REUSED);
        assertThat(listed()).containsExactly(new Listed(CARD, CardStatus.REVOKED));
        assertThat(new SqlCardStatuses(database).listed("site-oslo"))
                .containsExactly(new Listed(new CardNumber("7654321"), CardStatus.REVOKED));
        assertThat(told).containsExactly("hms-kort", "hms-kort", "site-oslo");
        assertThat(register.applyAll(changes)).contains(Outcome.REPEATED).doesNotContain(Outcome.APPLIED);
    }

    @Test
    void numbersEachChangeInTheOrderOfTheCommits() {
        register.applyAll(List.of(
                change("hms-kort", "1111111", CardStatus.REVOKED, 1, "a"),
                change("hms-kort", "2222222", CardStatus.VALID, 1, "b"),
                change("hms-kort", "3333333", CardStatus.REVOKED, 1, "c")));
        register.apply(change("hms-kort", "1111111", CardStatus.VALID, 2, "d"));
        register.apply(change("hms-kort", "3333333", CardStatus.REVOKED, 2, "e"));
        assertThat(texts("SELECT card_number || ' ' || change_id FROM card_status ORDER BY card_number"))
                .containsExactly("1111111 3", "2222222 0", "3333333 2");
        assertThat(texts("SELECT change_id || ' ' || status_before || '>' || status FROM register_audit ORDER BY id"))
                .containsExactly(
                        "1 VALID>REVOKED", "0 VALID>VALID", "2 VALID>REVOKED", "3 REVOKED>VALID", "0 REVOKED>REVOKED");
    }

    @Test
    void manyWritersAtOnceLoseNothing() throws Exception {
        try (ExecutorService pushers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> outcomes = IntStream.range(0, 400)
                    .mapToObj(i -> pushers.submit(() -> register.apply(
                            change("hms-kort", String.valueOf(1000 + i / 2), CardStatus.REVOKED, 1, "t" + i / 2))))
                    .toList();
            int applied = 0;
            for (Future<Outcome> outcome : outcomes) {
                applied += outcome.get() == Outcome.APPLIED ? 1 : 0;
            }
            assertThat(applied).isEqualTo(200);
        }
        assertThat(listed()).hasSize(200);
        assertThat(audited()).isEqualTo(400);
    }

    @Test
    void allOrNone() {
        database.jdbi()
                .useHandle(handle -> handle.execute("ALTER TABLE register_audit ADD CHECK (card_number <> '13')"));
        assertThatThrownBy(() -> register.applyAll(List.of(
                        change("hms-kort", "12", CardStatus.REVOKED, 1, "a"),
                        change("hms-kort", "13", CardStatus.REVOKED, 1, "b"))))
                .isInstanceOf(StorageException.class);
        assertThat(listed()).isEmpty();
        assertThat(register.apply(change("hms-kort", "12", CardStatus.REVOKED, 1, "a")))
                .isEqualTo(Outcome.APPLIED);
    }

    private List<String> texts(String sql) {
        return database.jdbi()
                .withHandle(handle -> handle.select(sql).mapTo(String.class).list());
    }

    private long audited() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT COUNT(*) FROM register_audit")
                        .mapTo(Long.class)
                        .one());
    }
}
