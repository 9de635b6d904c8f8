package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.AccountKeeping.Outcome;
import portvakt.server.port.AccountKeeping.Outsider;
import portvakt.server.port.AccountKeeping.Session;
import portvakt.server.port.AccountKeeping.State;
import portvakt.server.port.Accounts.LogIn;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Accounts are invited, changed and closed; one administrator is always left; a link works once; nobody comes in as somebody else. */
class SqlAccountKeepingTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final String PASSWORD = "correct horse battery";
    private static final Grant ADMIN = new Grant(Role.ADMIN, Optional.empty());
    private static final Grant GUARD = new Grant(Role.GUARD, Optional.of("oslo"));
    private static final Outsider GUNNAR =
            new Outsider("https://id.example", "s-1", "gunnar", Optional.of("Gunnar Vakt"));

    private Database database;
    private SqlAccounts accounts;
    private SqlAccountKeeping keeping;
    private long eva;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        accounts = new SqlAccounts(database);
        keeping = new SqlAccountKeeping(database, accounts);
        accounts.create("eva", PASSWORD.toCharArray(), Role.ADMIN);
        eva = keeping.named("eva").orElseThrow().id();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Account invite(String name, Grant... grants) {
        return keeping.invite(name, Set.of(grants), Optional.empty(), false).orElseThrow();
    }

    private State state(long id) {
        return keeping.find(id).orElseThrow().state(NOW);
    }

    @Test
    void aLinkSetsThePasswordOnce() {
        Account vakt = invite("vakt", GUARD);
        assertThat(vakt.state(NOW)).isEqualTo(State.INVITED);
        assertThat(accounts.logIn("vakt", PASSWORD.toCharArray(), NOW)).isEqualTo(new LogIn.Refused());
        String link = keeping.makeLink(vakt.id(), NOW).orElseThrow();
        assertThat(keeping.linked(link, NOW).map(Account::name)).contains("vakt");
        assertThat(keeping.linked("guess", NOW)).isEmpty();

        assertThat(keeping.redeem(link, PASSWORD.toCharArray(), NOW)).isTrue();
        assertThat(keeping.redeem(link, "another one altogether".toCharArray(), NOW))
                .isFalse();
        assertThat(accounts.logIn("vakt", PASSWORD.toCharArray(), NOW)).isInstanceOf(LogIn.Welcome.class);
        assertThat(state(vakt.id())).isEqualTo(State.ACTIVE);
        assertThat(keeping.invite("vakt", Set.of(), Optional.empty(), false)).isEmpty();
        assertThatThrownBy(() -> keeping.invite(" vakt", Set.of(), Optional.empty(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLinkCountsForAWeekAndNotBesideANewerOneNorForAClosedAccount() {
        Account vakt = invite("vakt", GUARD);
        String first = keeping.makeLink(vakt.id(), NOW).orElseThrow();
        String second = keeping.makeLink(vakt.id(), NOW).orElseThrow();
        assertThat(keeping.linked(first, NOW)).isEmpty();
        Instant end = NOW.plus(Duration.ofDays(7));
        assertThat(keeping.linked(second, end.minusMillis(1))).isPresent();
        assertThat(keeping.linked(second, end)).isEmpty();
        assertThat(keeping.redeem(second, PASSWORD.toCharArray(), end)).isFalse();
        String third = keeping.makeLink(vakt.id(), NOW).orElseThrow();
        keeping.disable(vakt.id(), NOW);
        keeping.enable(vakt.id());
        assertThat(keeping.linked(third, NOW)).isEmpty();
        assertThat(keeping.makeLink(4711, NOW)).isEmpty();
        String stored = database.jdbi().withHandle(handle -> {
            keeping.makeLink(vakt.id(), NOW);
            return handle.select("SELECT secret_hash FROM account_link")
                    .mapTo(String.class)
                    .one();
        });
        assertThat(stored).hasSize(64);
    }

    @Test
    void aLinkForAForgottenPasswordUnlocksAndEndsSessions() {
        Account vakt = invite("vakt", GUARD);
        keeping.redeem(keeping.makeLink(vakt.id(), NOW).orElseThrow(), PASSWORD.toCharArray(), NOW);
        String session = accounts.openSession("vakt", NOW);
        for (int i = 0; i < SqlAccounts.FAILURES_MAX; i++) {
            accounts.logIn("vakt", "wrong".toCharArray(), NOW);
        }
        assertThat(state(vakt.id())).isEqualTo(State.LOCKED);
        keeping.redeem(keeping.makeLink(vakt.id(), NOW).orElseThrow(), "a fresh new password".toCharArray(), NOW);
        assertThat(accounts.session(session, NOW)).isEmpty();
        assertThat(accounts.logIn("vakt", "a fresh new password".toCharArray(), NOW))
                .isInstanceOf(LogIn.Welcome.class);
    }

    @Test
    void theLastAdministratorStays() {
        invite("waits", ADMIN);
        assertThat(keeping.disable(eva, NOW)).isEqualTo(Outcome.LAST_ADMIN);
        assertThat(keeping.withdraw(eva, ADMIN)).isEqualTo(Outcome.LAST_ADMIN);
        assertThat(keeping.setEnd(eva, Optional.of(NOW.plus(Duration.ofDays(30)))))
                .isEqualTo(Outcome.LAST_ADMIN);
        assertThat(keeping.find(eva).orElseThrow().grants()).containsExactly(ADMIN);
        assertThat(state(eva)).isEqualTo(State.ACTIVE);
        assertThat(keeping.find(eva).orElseThrow().endsAt()).isEmpty();

        accounts.create("per", PASSWORD.toCharArray(), Role.ADMIN);
        assertThat(keeping.disable(eva, NOW)).isEqualTo(Outcome.DONE);
        assertThat(keeping.disable(4711, NOW)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void ofTwoWhoDisableEachOtherOneStays() throws Exception {
        accounts.create("per", PASSWORD.toCharArray(), Role.ADMIN);
        long per = keeping.named("per").orElseThrow().id();
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20; round++) {
                CountDownLatch go = new CountDownLatch(1);
                List<Future<Outcome>> outcomes = List.of(eva, per).stream()
                        .map(id -> both.submit((Callable<Outcome>) () -> {
                            go.await();
                            return keeping.disable(id, NOW);
                        }))
                        .toList();
                go.countDown();
                assertThat(List.of(outcomes.get(0).get(), outcomes.get(1).get()))
                        .containsExactlyInAnyOrder(Outcome.DONE, Outcome.LAST_ADMIN);
                keeping.enable(eva);
                keeping.enable(per);
            }
        }
    }

    @Test
    void sessionsAreShownAndEnded() {
        String first = accounts.openSession("eva", NOW);
        String second = accounts.openSession("eva", NOW.plusSeconds(10));
        accounts.openSession("eva", NOW.minus(Duration.ofHours(9)));
        Instant at = NOW.plusSeconds(20);
        List<Session> sessions = keeping.sessions("eva", Optional.of(first), at);
        assertThat(sessions).extracting(Session::current).containsExactly(false, true);
        assertThat(sessions.getFirst().id()).isNotEqualTo(second).hasSize(16);
        assertThat(keeping.find(eva).orElseThrow().lastLogInAt()).isPresent();

        invite("vakt", GUARD);
        keeping.endSession("vakt", sessions.getFirst().id());
        assertThat(accounts.session(second, at)).isPresent();
        keeping.endSession("eva", sessions.getFirst().id());
        assertThat(accounts.session(second, at)).isEmpty();
        assertThat(accounts.session(first, at)).isPresent();

        String third = accounts.openSession("eva", at);
        keeping.setPassword("eva", "a fresh new password".toCharArray(), third);
        assertThat(accounts.session(first, at)).isEmpty();
        assertThat(accounts.session(third, at)).isPresent();
        keeping.endSessions(eva);
        assertThat(accounts.session(third, at)).isEmpty();
    }

    @Test
    void whoIsUnknownToUsComesInOnlyWithARole() {
        assertThat(keeping.come(GUNNAR, Optional.empty(), NOW)).isEmpty();
        assertThat(keeping.come(GUNNAR, Optional.of(Set.of()), NOW)).isEmpty();
        assertThat(keeping.named("gunnar")).isEmpty();

        Account made = keeping.come(GUNNAR, Optional.of(Set.of(GUARD)), NOW)
                .orElseThrow()
                .account();
        assertThat(made.grants()).containsExactly(GUARD);
        assertThat(made.displayName()).contains("Gunnar Vakt");
        assertThat(made.state(NOW)).isEqualTo(State.ACTIVE);
        assertThat(keeping.makeLink(made.id(), NOW)).as("no password for them").isEmpty();
        // What the provider takes back, they no longer have.
        assertThat(keeping.come(GUNNAR, Optional.of(Set.of()), NOW)
                        .orElseThrow()
                        .account()
                        .grants())
                .isEmpty();
    }

    @Test
    void anInvitedOneIsBoundToWhoComesFirst() {
        Account waiting =
                keeping.invite("gunnar", Set.of(GUARD), Optional.empty(), true).orElseThrow();
        assertThat(waiting.state(NOW)).isEqualTo(State.INVITED);
        Account came = keeping.come(GUNNAR, Optional.empty(), NOW).orElseThrow().account();
        assertThat(came.id()).isEqualTo(waiting.id());
        assertThat(came.grants()).containsExactly(GUARD);
        Outsider another = new Outsider(GUNNAR.issuer(), "s-2", "gunnar", Optional.empty());
        assertThat(keeping.come(another, Optional.empty(), NOW)).isEmpty();
        assertThat(keeping.come(another, Optional.of(Set.of(ADMIN)), NOW)).isEmpty();
        Outsider renamed = new Outsider(GUNNAR.issuer(), GUNNAR.subject(), "gunnar.v", Optional.empty());
        assertThat(keeping.come(renamed, Optional.empty(), NOW)
                        .map(known -> known.account().id()))
                .contains(waiting.id());
    }

    @Test
    void whoComesByTheProviderFirstDoesNotShutOutTheFirstAdministrator() {
        database.jdbi().useHandle(handle -> handle.execute("DELETE FROM account"));
        keeping.come(GUNNAR, Optional.of(Set.of(GUARD)), NOW);
        assertThat(accounts.isEmpty()).isTrue();
        accounts.create("eva", PASSWORD.toCharArray(), Role.ADMIN);
        assertThat(accounts.isEmpty()).isFalse();
    }

    @Test
    void nobodyTakesOverAnAccountWithAPasswordByItsName() {
        Outsider impostor = new Outsider("https://id.example", "s-3", "eva", Optional.empty());
        assertThat(keeping.come(impostor, Optional.empty(), NOW)).isEmpty();
        assertThat(keeping.come(impostor, Optional.of(Set.of(ADMIN)), NOW)).isEmpty();
        assertThat(keeping.find(eva).orElseThrow().outside()).isFalse();
    }

    /** What a server of the first version kept: accounts and tokens have what they had, sessions go on. */
    @Test
    void takesOverTheAccountsOfBefore() {
        String url = "jdbc:h2:mem:accounts-of-before;DB_CLOSE_DELAY=-1";
        Flyway.configure()
                .dataSource(url, "sa", "")
                .locations("classpath:portvakt/server/migration")
                .target("10")
                .load()
                .migrate();
        try (Database old = new Database(pool(url), false)) {
            old.jdbi().useHandle(handle -> {
                handle.execute("INSERT INTO account VALUES ('kari', 'hash', 'site-manager', 2, NULL)");
                handle.execute("INSERT INTO account VALUES ('eva', 'hash', 'admin', 0, NULL)");
                for (String name : List.of("kari", "gone")) {
                    handle.execute(
                            "INSERT INTO account_session VALUES (?, ?, 'site-manager', ?, ?)",
                            Secrets.sha256Hex("secret of " + name),
                            name,
                            NOW,
                            NOW);
                }
                handle.execute("INSERT INTO api_token VALUES (?, 'demo', 'program')", Secrets.sha256Hex("pvt_x"));
            });
        }
        try (Database migrated = Databases.open(url)) {
            SqlAccounts then = new SqlAccounts(migrated);
            assertThat(new SqlAccountKeeping(migrated, then).all())
                    .extracting(Account::name, Account::grants)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("eva", Set.of(ADMIN)),
                            org.assertj.core.groups.Tuple.tuple(
                                    "kari", Set.of(new Grant(Role.SITE_MANAGER, Optional.empty()))));
            assertThat(then.session("secret of kari", NOW)).isPresent();
            assertThat(then.session("secret of gone", NOW)).isEmpty();
            SqlTokens tokens = new SqlTokens(migrated);
            assertThat(tokens.principal("pvt_x", Instant.now()).orElseThrow().grants())
                    .containsExactly(new Grant(Role.PROGRAM, Optional.empty()));
            assertThat(tokens.all().getFirst().expiresAt())
                    .isBetween(
                            Instant.now().plus(Duration.ofDays(364)),
                            Instant.now().plus(Duration.ofDays(366)));
        }
    }

    private static com.zaxxer.hikari.HikariDataSource pool(String url) {
        com.zaxxer.hikari.HikariConfig config = new com.zaxxer.hikari.HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("sa");
        config.setPassword("");
        return new com.zaxxer.hikari.HikariDataSource(config);
    }
}
