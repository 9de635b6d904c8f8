package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import portvakt.server.port.Accounts;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/**
 * Accounts, sessions and API tokens in the database. Passwords as Argon2id, 19 MiB, two passes (OWASP Password Storage); what
 * the server itself drew at random as SHA-256.
 */
public final class SqlAccounts implements Accounts {

    static final int PASSWORD_CHARS_MIN = 12;
    static final int PASSWORD_CHARS_MAX = 256;
    static final int FAILURES_MAX = 5;
    static final Duration LOCK = Duration.ofMinutes(15);
    static final Duration SESSION_IDLE_MAX = Duration.ofHours(8);
    static final Duration SESSION_AGE_MAX = Duration.ofHours(12);
    static final int CHECKS_AT_ONCE = 4;
    static final String TOKEN_PREFIX = "pvt_";

    private static final int NAME_CHARS_MAX = 100;
    private static final Duration LAST_USED_STEP = Duration.ofMinutes(1);

    private final Database database;
    private final PasswordEncoder passwords;
    // Each takes 19 MiB, and anybody may send a password: of many at once, all but a few wait.
    private final Semaphore checks = new Semaphore(CHECKS_AT_ONCE);
    // Checked where there is no such account, so that the time taken does not tell.
    private final String nobodysHash;

    public SqlAccounts(Database database) {
        this(database, new Argon2PasswordEncoder(16, 32, 1, 19 * 1024, 2));
    }

    /** For a test that counts. */
    SqlAccounts(Database database, PasswordEncoder passwords) {
        this.database = database;
        this.passwords = passwords;
        this.nobodysHash = passwords.encode(Secrets.random());
    }

    private record Account(
            String name, String passwordHash, String role, int failures, Optional<Instant> lockedUntil) {}

    @Override
    public LogIn logIn(String name, char[] password, Instant now) {
        Optional<Account> account = database.jdbi().withHandle(handle -> find(handle, name));
        Optional<Instant> lock = account.flatMap(Account::lockedUntil).filter(now::isBefore);
        if (lock.isPresent()) {
            return new LogIn.LockedOut(lock.get());
        }
        // Slow on purpose, and so outside any transaction.
        boolean right = password.length <= PASSWORD_CHARS_MAX
                && matches(password, account.map(Account::passwordHash).orElse(nobodysHash));
        return account.isEmpty()
                ? new LogIn.Refused()
                : database.jdbi().inTransaction(handle -> settle(handle, name, right, now));
    }

    private boolean matches(char[] password, String hash) {
        checks.acquireUninterruptibly();
        try {
            return passwords.matches(new String(password), hash);
        } finally {
            checks.release();
        }
    }

    /** Counts the attempt against what the account is by now: others may have failed meanwhile. */
    private static LogIn settle(Handle handle, String name, boolean right, Instant now) {
        handle.select("SELECT name FROM account WHERE name = ? FOR UPDATE", name)
                .mapTo(String.class)
                .one();
        Account account = find(handle, name).orElseThrow();
        Optional<Instant> lock = account.lockedUntil.filter(now::isBefore);
        if (lock.isPresent()) {
            return new LogIn.LockedOut(lock.get());
        }
        if (right) {
            handle.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE name = ?", name);
            return new LogIn.Welcome(principal(account.name, account.role));
        }
        int failures = account.failures + 1;
        if (failures < FAILURES_MAX) {
            handle.execute("UPDATE account SET failures = ? WHERE name = ?", failures, name);
            return new LogIn.Refused();
        }
        Instant until = now.plus(LOCK).truncatedTo(ChronoUnit.MILLIS);
        handle.execute("UPDATE account SET failures = 0, locked_until = ? WHERE name = ?", until, name);
        return new LogIn.LockedOut(until);
    }

    private static Optional<Account> find(Handle handle, String name) {
        return handle.select("SELECT * FROM account WHERE name = ?", name)
                .map((row, context) -> new Account(
                        row.getString("name"),
                        row.getString("password_hash"),
                        row.getString("role"),
                        row.getInt("failures"),
                        Optional.ofNullable(context.findColumnMapperFor(Instant.class)
                                .orElseThrow()
                                .map(row, "locked_until", context))))
                .findOne();
    }

    @Override
    public void create(String name, char[] password, Role role) {
        if (name.isBlank() || name.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException("a name has 1 to " + NAME_CHARS_MAX + " characters");
        }
        if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a password has " + PASSWORD_CHARS_MIN + " to " + PASSWORD_CHARS_MAX + " characters");
        }
        String hash = passwords.encode(new String(password));
        int created = database.jdbi().withHandle(handle -> handle.execute("""
                MERGE INTO account USING (VALUES (CAST(? AS VARCHAR(100)), CAST(? AS VARCHAR(300)), CAST(? AS VARCHAR(30))))
                    AS given (name, password_hash, role)
                ON account.name = given.name
                WHEN NOT MATCHED THEN INSERT (name, password_hash, role, failures)
                    VALUES (given.name, given.password_hash, given.role, 0)""", name, hash, role.code()));
        if (created == 0) {
            throw new IllegalArgumentException("there is an account \"" + name + "\" already");
        }
        database.makeDurable();
    }

    @Override
    public boolean isEmpty() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT COUNT(*) FROM account")
                                .mapTo(Long.class)
                                .one()
                        == 0);
    }

    @Override
    public String openSession(Principal principal, Instant now) {
        Instant opened = now.truncatedTo(ChronoUnit.MILLIS);
        String secret = Secrets.random();
        database.jdbi().useTransaction(handle -> {
            handle.execute("DELETE FROM account_session WHERE opened_at < ?", opened.minus(SESSION_AGE_MAX));
            handle.execute(
                    "INSERT INTO account_session (secret_hash, name, role, opened_at, last_used_at)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    Secrets.sha256Hex(secret),
                    principal.name(),
                    principal.grants().stream()
                            .map(grant -> grant.role().code())
                            .findFirst()
                            .orElse(""),
                    opened,
                    opened);
        });
        return secret;
    }

    private record Session(Principal principal, Instant openedAt, Instant lastUsedAt) {
        boolean isOverAt(Instant now) {
            return !now.isBefore(openedAt.plus(SESSION_AGE_MAX)) || !now.isBefore(lastUsedAt.plus(SESSION_IDLE_MAX));
        }
    }

    @Override
    public Optional<Principal> session(String secret, Instant now) {
        String hash = Secrets.sha256Hex(secret);
        return database.jdbi().withHandle(handle -> {
            Optional<Session> session = handle.select("SELECT * FROM account_session WHERE secret_hash = ?", hash)
                    .map((row, context) -> new Session(
                            principal(row.getString("name"), row.getString("role")),
                            context.findColumnMapperFor(Instant.class)
                                    .orElseThrow()
                                    .map(row, "opened_at", context),
                            context.findColumnMapperFor(Instant.class)
                                    .orElseThrow()
                                    .map(row, "last_used_at", context)))
                    .findOne();
            if (session.isEmpty()) {
                return Optional.empty();
            }
            if (session.get().isOverAt(now)) {
                handle.execute("DELETE FROM account_session WHERE secret_hash = ?", hash);
                return Optional.empty();
            }
            if (session.get().lastUsedAt.plus(LAST_USED_STEP).isBefore(now)) {
                handle.execute(
                        "UPDATE account_session SET last_used_at = ? WHERE secret_hash = ?",
                        now.truncatedTo(ChronoUnit.MILLIS),
                        hash);
            }
            return Optional.of(session.get().principal);
        });
    }

    @Override
    public void closeSession(String secret) {
        database.jdbi()
                .useHandle(handle ->
                        handle.execute("DELETE FROM account_session WHERE secret_hash = ?", Secrets.sha256Hex(secret)));
    }

    @Override
    public String createToken(String name, Role role) {
        String secret = TOKEN_PREFIX + Secrets.random();
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO api_token (secret_hash, name, role) VALUES (?, ?, ?)",
                        Secrets.sha256Hex(secret),
                        name,
                        role.code()));
        database.makeDurable();
        return secret;
    }

    @Override
    public Optional<Principal> token(String secret) {
        return database.jdbi()
                .withHandle(handle -> handle.select(
                                "SELECT name, role FROM api_token WHERE secret_hash = ?", Secrets.sha256Hex(secret))
                        .map((row, context) -> principal(row.getString("name"), row.getString("role")))
                        .findOne());
    }

    private static Principal principal(String name, String role) {
        return Role.of(role)
                .map(known -> Principal.everywhere(name, known))
                .orElseGet(() -> new Principal(name, Set.of(), Optional.empty()));
    }
}
