package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.password.PasswordEncoder;
import portvakt.server.port.Accounts.LogIn;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Guessing is slow and ends in a lock; sessions end by themselves; no secret can be read back out of the database. */
class SqlAccountsTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final String PASSWORD = "correct horse battery";

    private Database database;
    private SqlAccounts accounts;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        accounts = new SqlAccounts(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private LogIn logIn(String password, Instant at) {
        return accounts.logIn("kari", password.toCharArray(), at);
    }

    @Test
    void theRightPasswordIsWelcomeAndAWrongOneIsRefused() {
        assertThat(accounts.isEmpty()).isTrue();
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        assertThat(accounts.isEmpty()).isFalse();
        assertThat(logIn(PASSWORD, NOW)).isEqualTo(new LogIn.Welcome(Principal.everywhere("kari", Role.ADMIN)));
        assertThat(logIn("wrong", NOW)).isEqualTo(new LogIn.Refused());
        assertThat(accounts.logIn("nobody", PASSWORD.toCharArray(), NOW)).isEqualTo(new LogIn.Refused());
    }

    @Test
    void fiveFailuresLockForAQuarterOfAnHourAlsoAgainstTheRightPassword() {
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        for (int failure = 1; failure < 5; failure++) {
            assertThat(logIn("wrong", NOW)).isEqualTo(new LogIn.Refused());
        }
        Instant until = NOW.plus(Duration.ofMinutes(15));
        assertThat(logIn("wrong", NOW)).isEqualTo(new LogIn.LockedOut(until));
        assertThat(logIn(PASSWORD, until.minusMillis(1))).isEqualTo(new LogIn.LockedOut(until));
        assertThat(logIn(PASSWORD, until)).isInstanceOf(LogIn.Welcome.class);
    }

    @Test
    void aSuccessForgivesEarlierFailures() {
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        for (int round = 0; round < 3; round++) {
            logIn("wrong", NOW);
            logIn("wrong", NOW);
            assertThat(logIn(PASSWORD, NOW)).isInstanceOf(LogIn.Welcome.class);
        }
    }

    @Test
    void ofManyPasswordsAtOnceAllButAFewWait() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        CountDownLatch counted = new CountDownLatch(1);
        SqlAccounts slow = new SqlAccounts(database, new PasswordEncoder() {
            @Override
            public String encode(CharSequence password) {
                return "hash";
            }

            @Override
            public boolean matches(CharSequence password, String hash) {
                underWay.incrementAndGet();
                try {
                    counted.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            }
        });
        List<Thread> callers = Stream.generate(() ->
                        Thread.ofPlatform().start(() -> slow.logIn("nobody", "guess guess guess".toCharArray(), NOW)))
                .limit(3 * SqlAccounts.CHECKS_AT_ONCE)
                .toList();

        await().untilAsserted(
                        () -> assertThat(callers).extracting(Thread::getState).containsOnly(Thread.State.WAITING));
        int most = underWay.get();
        counted.countDown();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(most).isEqualTo(SqlAccounts.CHECKS_AT_ONCE);
        assertThat(underWay).hasValue(callers.size());
    }

    @Test
    void shortPasswordsAndTakenNamesAreRefused() {
        assertThatThrownBy(() -> accounts.create("kari", "short".toCharArray(), Role.ADMIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12");
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        assertThatThrownBy(() -> accounts.create("kari", PASSWORD.toCharArray(), Role.GUARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kari");
    }

    @Test
    void aSessionEndsWhenIdleAndInAnyCaseAfterTwelveHours() {
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        String secret = accounts.openSession("kari", NOW);
        assertThat(accounts.session(secret, NOW.plus(Duration.ofHours(7)))).isPresent();
        assertThat(accounts.session(secret, NOW.plus(Duration.ofHours(11)))).isPresent();
        assertThat(accounts.session(secret, NOW.plus(Duration.ofHours(12)))).isEmpty();
        String idle = accounts.openSession("kari", NOW);
        assertThat(accounts.session(idle, NOW.plus(Duration.ofHours(8)))).isEmpty();
        String closed = accounts.openSession("kari", NOW);
        accounts.closeSession(closed);
        assertThat(accounts.session(closed, NOW)).isEmpty();
    }

    @Test
    void aSessionTakesAnAccountAndGivesBackTheTokenThatOpenedIt() {
        assertThatThrownBy(() -> accounts.openSession("nobody", NOW)).isInstanceOf(IllegalArgumentException.class);
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        String outside = accounts.openSession("kari", Optional.of("vouched"), NOW);
        assertThat(accounts.closeSession(outside)).contains("vouched");
        assertThat(accounts.closeSession(outside)).isEmpty();
        assertThat(accounts.closeSession(accounts.openSession("kari", NOW))).isEmpty();
    }

    @Test
    void whatASessionMayDoIsReadAnewEachTime() {
        SqlAccountKeeping keeping = new SqlAccountKeeping(database, accounts);
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        accounts.create(
                "vakt",
                PASSWORD.toCharArray(),
                Set.of(new Grant(Role.GUARD, Optional.of("oslo")), new Grant(Role.GUARD, Optional.of("moss"))));
        long vakt = keeping.named("vakt").orElseThrow().id();
        String secret = accounts.openSession("vakt", NOW);

        keeping.withdraw(vakt, new Grant(Role.GUARD, Optional.of("moss")));
        assertThat(accounts.session(secret, NOW)).contains(Principal.at("oslo", "vakt", Role.GUARD));
        keeping.withdraw(vakt, new Grant(Role.GUARD, Optional.of("oslo")));
        assertThat(accounts.session(secret, NOW).orElseThrow().grants()).isEmpty();

        keeping.setEnd(vakt, Optional.of(NOW.plusSeconds(60)));
        assertThat(accounts.session(secret, NOW.plusSeconds(59))).isPresent();
        assertThat(accounts.session(secret, NOW.plusSeconds(60))).isEmpty();
        assertThat(accounts.logIn("vakt", PASSWORD.toCharArray(), NOW.plusSeconds(60)))
                .isEqualTo(new LogIn.Closed());

        keeping.setEnd(vakt, Optional.empty());
        String again = accounts.openSession("vakt", NOW);
        keeping.disable(vakt, NOW);
        assertThat(accounts.session(again, NOW)).isEmpty();
        assertThat(accounts.logIn("vakt", PASSWORD.toCharArray(), NOW)).isEqualTo(new LogIn.Closed());
        // Only who knows the password learns that.
        assertThat(accounts.logIn("vakt", "wrong".toCharArray(), NOW)).isEqualTo(new LogIn.Refused());
    }

    @Test
    void aRoleOfAnotherVersionGivesNothing() {
        accounts.create("kari", PASSWORD.toCharArray(), Role.ADMIN);
        database.jdbi().useHandle(handle -> handle.execute("UPDATE account_grant SET role = 'overlord'"));
        assertThat(accounts.session(accounts.openSession("kari", NOW), NOW)
                        .orElseThrow()
                        .grants())
                .isEmpty();
    }
}
