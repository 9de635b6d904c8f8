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
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Accounts;
import portvakt.server.port.PasswordRule;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;

/**
 * Log-in and sessions in the database. Passwords as Argon2id, 19 MiB, two passes (OWASP Password Storage); what the server itself
 * drew at random as SHA-256.
 */
public final class SqlAccounts implements Accounts {

    static final int FAILURES_MAX = 5;
    static final Duration LOCK = Duration.ofMinutes(15);
    static final Duration SESSION_IDLE_MAX = Duration.ofHours(8);
    static final Duration SESSION_AGE_MAX = Duration.ofHours(12);
    static final int CHECKS_AT_ONCE = 4;

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
            long id,
            String name,
            Optional<String> passwordHash,
            boolean open,
            int failures,
            Optional<Instant> lockedUntil) {}

    /** For who else keeps passwords. */
    String hash(char[] password) {
        checks.acquireUninterruptibly();
        try {
            return passwords.encode(new String(password));
        } finally {
            checks.release();
        }
    }

    @Override
    public LogIn logIn(String name, char[] password, Instant now) {
        Optional<Account> account = database.jdbi().withHandle(handle -> find(handle, name, now));
        Optional<Instant> lock = account.flatMap(Account::lockedUntil).filter(now::isBefore);
        if (lock.isPresent()) {
            return new LogIn.LockedOut(lock.get());
        }
        // Slow on purpose, and so outside any transaction.
        Optional<String> hash = account.flatMap(Account::passwordHash);
        boolean right = password.length <= PasswordRule.CHARS_MAX
                && matches(password, hash.orElse(nobodysHash))
                && hash.isPresent();
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
        Account account = find(handle, name, now).orElseThrow();
        Optional<Instant> lock = account.lockedUntil.filter(now::isBefore);
        if (lock.isPresent()) {
            return new LogIn.LockedOut(lock.get());
        }
        if (right) {
            handle.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE id = ?", account.id);
            return account.open ? new LogIn.Welcome(principal(handle, account.id, name)) : new LogIn.Closed();
        }
        int failures = account.failures + 1;
        if (failures < FAILURES_MAX) {
            handle.execute("UPDATE account SET failures = ? WHERE id = ?", failures, account.id);
            return new LogIn.Refused();
        }
        Instant until = now.plus(LOCK).truncatedTo(ChronoUnit.MILLIS);
        handle.execute("UPDATE account SET failures = 0, locked_until = ? WHERE id = ?", until, account.id);
        return new LogIn.LockedOut(until);
    }

    private static Optional<Account> find(Handle handle, String name, Instant now) {
        return handle.select("SELECT * FROM account WHERE name = ?", name)
                .map((row, context) -> new Account(
                        row.getLong("id"),
                        row.getString("name"),
                        Optional.ofNullable(row.getString("password_hash")),
                        row.getObject("disabled_at") == null
                                && Optional.ofNullable(Instants.read(row, "ends_at", context))
                                        .filter(end -> !now.isBefore(end))
                                        .isEmpty(),
                        row.getInt("failures"),
                        Optional.ofNullable(Instants.read(row, "locked_until", context))))
                .findOne();
    }

    private static Principal principal(Handle handle, long id, String name) {
        return new Principal(name, GrantRows.of(handle, GrantRows.Owner.ACCOUNT, id), Optional.empty());
    }

    /** @throws IllegalArgumentException if it is none */
    static void checkName(String name) {
        if (!AccountKeeping.isName(name)) {
            throw new IllegalArgumentException("a name has 1 to " + AccountKeeping.NAME_CHARS_MAX
                    + " characters, none of them a control character, and no space at either end");
        }
    }

    @Override
    public void create(String name, char[] password, Set<Grant> grants) {
        checkName(name);
        PasswordRule.fault(name, password).ifPresent(fault -> {
            throw new IllegalArgumentException(fault.detail());
        });
        String hash = hash(password);
        boolean created = database.jdbi().inTransaction(handle -> {
            Optional<Long> id = insert(handle, name, false);
            id.ifPresent(account -> {
                handle.execute("UPDATE account SET password_hash = ? WHERE id = ?", hash, account);
                GrantRows.replace(handle, GrantRows.Owner.ACCOUNT, account, grants);
            });
            return id.isPresent();
        });
        if (!created) {
            throw new IllegalArgumentException("there is an account \"" + name + "\" already");
        }
        database.makeDurable();
    }

    /** @return its id; empty if the name is taken */
    static Optional<Long> insert(Handle handle, String name, boolean outside) {
        int created = handle.execute("""
                MERGE INTO account USING (VALUES (CAST(? AS VARCHAR(100)), CAST(? AS BOOLEAN))) AS given (name, outside)
                ON account.name = given.name
                WHEN NOT MATCHED THEN INSERT (name, outside, failures) VALUES (given.name, given.outside, 0)""", name, outside);
        return created == 0
                ? Optional.empty()
                : handle.select("SELECT id FROM account WHERE name = ?", name)
                        .mapTo(Long.class)
                        .findOne();
    }

    @Override
    public boolean isEmpty() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT COUNT(*) FROM account WHERE NOT outside")
                                .mapTo(Long.class)
                                .one()
                        == 0);
    }

    @Override
    public String openSession(String name, Optional<String> outsideToken, Instant now) {
        Instant opened = now.truncatedTo(ChronoUnit.MILLIS);
        String secret = Secrets.random();
        database.jdbi().useTransaction(handle -> {
            handle.execute("DELETE FROM account_session WHERE opened_at < ?", opened.minus(SESSION_AGE_MAX));
            Account account = find(handle, name, now)
                    .orElseThrow(() -> new IllegalArgumentException("there is no such account to open a session for"));
            handle.execute("UPDATE account SET last_log_in_at = ? WHERE id = ?", opened, account.id);
            handle.execute(
                    "INSERT INTO account_session (secret_hash, account, opened_at, last_used_at, outside_token)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    Secrets.sha256Hex(secret),
                    account.id,
                    opened,
                    opened,
                    outsideToken.orElse(null));
        });
        return secret;
    }

    private record Session(
            long account,
            String name,
            Optional<Instant> disabledAt,
            Optional<Instant> endsAt,
            Instant openedAt,
            Instant lastUsedAt) {

        boolean isOverAt(Instant now) {
            return disabledAt.isPresent()
                    || endsAt.filter(end -> !now.isBefore(end)).isPresent()
                    || isOld(openedAt, lastUsedAt, now);
        }
    }

    static boolean isOld(Instant openedAt, Instant lastUsedAt, Instant now) {
        return !now.isBefore(openedAt.plus(SESSION_AGE_MAX)) || !now.isBefore(lastUsedAt.plus(SESSION_IDLE_MAX));
    }

    @Override
    public Optional<Principal> session(String secret, Instant now) {
        String hash = Secrets.sha256Hex(secret);
        return database.jdbi().withHandle(handle -> {
            Optional<Session> session = handle.select(
                            "SELECT a.id, a.name, a.disabled_at, a.ends_at, s.opened_at, s.last_used_at"
                                    + " FROM account_session s JOIN account a ON a.id = s.account WHERE s.secret_hash = ?",
                            hash)
                    .map((row, context) -> new Session(
                            row.getLong("id"),
                            row.getString("name"),
                            Optional.ofNullable(Instants.read(row, "disabled_at", context)),
                            Optional.ofNullable(Instants.read(row, "ends_at", context)),
                            Instants.read(row, "opened_at", context),
                            Instants.read(row, "last_used_at", context)))
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
            return Optional.of(principal(handle, session.get().account, session.get().name));
        });
    }

    @Override
    public Optional<String> closeSession(String secret) {
        String hash = Secrets.sha256Hex(secret);
        return database.jdbi().inTransaction(handle -> {
            Optional<Optional<String>> token = handle.select(
                            "SELECT outside_token FROM account_session WHERE secret_hash = ?", hash)
                    .map((row, context) -> Optional.ofNullable(row.getString("outside_token")))
                    .findOne();
            handle.execute("DELETE FROM account_session WHERE secret_hash = ?", hash);
            return token.flatMap(each -> each);
        });
    }
}
