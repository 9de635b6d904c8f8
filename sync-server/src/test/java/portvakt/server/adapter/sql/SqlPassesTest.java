package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.Erasure.Scope;
import portvakt.server.port.Passes.Issued;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/** A pass is kept as it was issued, and its site's list says whether it still counts. */
class SqlPassesTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final Database database = Databases.inMemory();
    private final SqlPasses passes = new SqlPasses(database);

    @AfterEach
    void close() {
        database.close();
    }

    private static Pass pass(String site, String number) {
        return new Pass(site, new PassNumber(number), HolderKind.DELIVERY, NOW, NOW.plus(Duration.ofDays(2)));
    }

    private static final Pass FIRST = pass("oslo", "0000000000000001");
    private static final Pass SECOND = pass("oslo", "0000000000000002");
    private static final Pass ELSEWHERE = pass("bergen", "0000000000000003");

    private void list(String list, Pass pass, CardStatus status, Instant at) {
        new SqlCardRegister(database, InstantSource.fixed(NOW), _ -> {})
                .apply(new StatusChange(
                        list,
                        pass.number().card(),
                        status,
                        at,
                        "site",
                        "at " + at,
                        Optional.empty(),
                        Optional.of("kari"),
                        Optional.of("lost")));
    }

    @Test
    void isFoundAtItsSiteAloneAndListedNewestFirst() {
        Issued first = passes.issue(FIRST, "Ola, Bygg AS", "kari", NOW.plusNanos(1_500_000));
        Issued second = passes.issue(SECOND, "", "kari", NOW);
        passes.issue(ELSEWHERE, "", "kari", NOW);
        assertThat(passes.find("oslo", FIRST.number())).contains(first);
        assertThat(first.issuedAt()).isEqualTo(NOW.plusMillis(1));
        assertThat(passes.find("bergen", FIRST.number())).isEmpty();
        assertThat(passes.list("oslo", Long.MAX_VALUE, 10)).containsExactly(second, first);
        assertThat(passes.list("oslo", Long.MAX_VALUE, 1)).containsExactly(second);
        assertThat(passes.list("oslo", second.id(), 10)).containsExactly(first);
    }

    @Test
    void itsSitesListAloneTakesItBack() {
        passes.issue(FIRST, "", "kari", NOW);
        list("site-bergen", FIRST, CardStatus.REVOKED, NOW);
        list("hms-kort", FIRST, CardStatus.REVOKED, NOW);
        assertThat(passes.find("oslo", FIRST.number()).orElseThrow().withdrawnAt())
                .isEmpty();
        list("site-oslo", FIRST, CardStatus.REVOKED, NOW.plusSeconds(5));
        Issued withdrawn = passes.find("oslo", FIRST.number()).orElseThrow();
        assertThat(withdrawn.withdrawnAt()).contains(NOW.plusSeconds(5));
        assertThat(withdrawn.isOpen(NOW)).isFalse();
        list("site-oslo", FIRST, CardStatus.VALID, NOW.plusSeconds(6));
        assertThat(passes.find("oslo", FIRST.number()).orElseThrow().isOpen(NOW))
                .isTrue();
    }

    @Test
    void aNumberIsIssuedOnce() {
        passes.issue(FIRST, "", "kari", NOW);
        assertThatThrownBy(() -> passes.issue(pass("bergen", FIRST.number().digits()), "", "kari", NOW))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void whomItWasForIsErasedAndThePassStays() {
        passes.issue(FIRST, "Ola", "kari", NOW);
        passes.issue(SECOND, "Kari", "kari", NOW);
        passes.issue(ELSEWHERE, "Per", "kari", NOW);
        SqlErasure erasure = new SqlErasure(database);
        erasure.erase(new Scope("oslo", Optional.of(FIRST.number().card()), Optional.empty()), "anne", "asked", NOW);
        assertThat(notes("oslo")).containsExactly("Kari", "");
        erasure.erase(new Scope("oslo", Optional.empty(), Optional.of(NOW)), "anne", "asked", NOW);
        assertThat(notes("oslo")).as("not over then").containsExactly("Kari", "");
        erasure.erase(
                new Scope("oslo", Optional.empty(), Optional.of(NOW.plus(Duration.ofDays(3)))), "anne", "asked", NOW);
        assertThat(notes("oslo")).containsExactly("", "");
        assertThat(notes("bergen")).containsExactly("Per");
    }

    private List<String> notes(String site) {
        return passes.list(site, Long.MAX_VALUE, 10).stream().map(Issued::note).toList();
    }
}
