package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens.Made;
import portvakt.server.port.Tokens.Token;
import portvakt.server.port.Tokens.Wish;

/** A token counts until its day or until it is revoked, does no more than it is bound to, and cannot be read back. */
class SqlTokensTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private Database database;
    private SqlTokens tokens;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        tokens = new SqlTokens(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void secretsAreLongAndKeptHashed() {
        Made made = tokens.make(Wish.everywhere("demo", Role.PROGRAM), "kari", NOW);
        assertThat(made.secret()).startsWith("pvt_").hasSizeGreaterThanOrEqualTo(47);
        assertThat(tokens.principal(made.secret(), NOW)).contains(Principal.everywhere("demo", Role.PROGRAM));
        assertThat(tokens.principal(made.secret() + "x", NOW)).isEmpty();
        String stored = database.jdbi()
                .withHandle(handle -> handle.select("SELECT secret_hash FROM api_token")
                        .mapTo(String.class)
                        .one());
        assertThat(stored).isEqualTo(Secrets.sha256Hex(made.secret()));
    }

    @Test
    void isBoundToRolesSitesAndRights() {
        Wish wish = new Wish(
                "reader",
                Set.of(new Grant(Role.PROGRAM, Optional.of("oslo")), new Grant(Role.GUARD, Optional.of("moss"))),
                Optional.of(Set.of(Right.SEE_PASSAGES, Right.SEE_GATES)),
                30);
        Principal principal =
                tokens.principal(tokens.make(wish, "kari", NOW).secret(), NOW).orElseThrow();
        assertThat(principal).isEqualTo(new Principal("reader", wish.grants(), wish.only()));
        assertThat(principal.may(Right.SEE_PASSAGES, "moss")).isTrue();
        assertThat(principal.may(Right.ENROL, "oslo")).isFalse();
        assertThat(principal.may(Right.SEE_PASSAGES, "bergen")).isFalse();
    }

    @Test
    void endsByItself() {
        Made made = tokens.make(Wish.everywhere("demo", Role.PROGRAM), "kari", NOW);
        Instant end = NOW.plus(Duration.ofDays(365));
        assertThat(made.token().expiresAt()).isEqualTo(end);
        assertThat(tokens.principal(made.secret(), end.minusMillis(1))).isPresent();
        assertThat(tokens.principal(made.secret(), end)).isEmpty();
        for (int days : new int[] {0, -1, 731}) {
            assertThatThrownBy(() -> new Wish("x", wish().grants(), Optional.empty(), days))
                    .hasMessageContaining("730");
        }
    }

    private static Wish wish() {
        return Wish.everywhere("demo", Role.PROGRAM);
    }

    @Test
    void endsWhenRevokedAndSaysByWhom() {
        Made made = tokens.make(wish(), "kari", NOW);
        Made other = tokens.make(wish(), "kari", NOW);
        assertThat(tokens.revoke(made.token().id(), "eva", NOW.plusSeconds(1))).isTrue();
        assertThat(tokens.revoke(made.token().id(), "per", NOW.plusSeconds(2))).isFalse();
        assertThat(tokens.principal(made.secret(), NOW.plusSeconds(3))).isEmpty();
        assertThat(tokens.principal(other.secret(), NOW.plusSeconds(3))).isPresent();
        Token revoked = tokens.find(made.token().id()).orElseThrow();
        assertThat(revoked.revokedAt()).contains(NOW.plusSeconds(1));
        assertThat(revoked.revokedBy()).contains("eva");
        assertThat(tokens.all())
                .extracting(Token::id)
                .containsExactly(other.token().id(), made.token().id());
    }

    @Test
    void tellsOnWhichDayItWasUsedLast() {
        Made made = tokens.make(wish(), "kari", NOW);
        assertThat(made.token().lastUsedOn()).isEmpty();
        tokens.principal(made.secret(), NOW);
        tokens.principal(made.secret(), NOW.plus(Duration.ofDays(3)));
        assertThat(tokens.find(made.token().id()).orElseThrow().lastUsedOn()).contains(LocalDate.of(2026, 3, 5));
    }
}
