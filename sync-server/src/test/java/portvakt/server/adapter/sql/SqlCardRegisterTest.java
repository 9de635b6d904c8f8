package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.CardStatuses.Listed;
import portvakt.server.port.StatusChange;

/** What the register said last counts, whatever order it arrives in; a token counts once. */
class SqlCardRegisterTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final CardNumber CARD = new CardNumber("1234567");

    private final AtomicInteger changes = new AtomicInteger();
    private Database database;
    private SqlCardRegister register;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        register = new SqlCardRegister(database, "hms-kort", () -> NOW, changes::incrementAndGet);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Outcome apply(CardStatus status, int minute, String token) {
        return apply(status, minute, token, "hash of " + token);
    }

    private Outcome apply(CardStatus status, int minute, String token, String hash) {
        return register.apply(new StatusChange(CARD, status, NOW.plusSeconds(60L * minute), "register", token, hash));
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

    private long audited() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT COUNT(*) FROM register_audit")
                        .mapTo(Long.class)
                        .one());
    }
}
