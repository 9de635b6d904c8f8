package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** The accounts in the database, as those see them who manage them. */
public final class SqlAccountKeeping implements AccountKeeping {

    static final Duration LINK = Duration.ofDays(7);

    private static final int SESSION_ID_CHARS = 16;
    private static final String SELECT =
            "SELECT a.*, l.expires_at AS link_until FROM account a" + " LEFT JOIN account_link l ON l.account = a.id";

    private static final RowMapper<Account> BARE = (row, context) -> new Account(
            row.getLong("id"),
            row.getString("name"),
            Optional.ofNullable(row.getString("display_name")),
            Set.of(),
            row.getBoolean("outside"),
            row.getString("password_hash") != null || row.getString("subject") != null,
            Optional.ofNullable(Instants.read(row, "locked_until", context)),
            Optional.ofNullable(Instants.read(row, "disabled_at", context)),
            Optional.ofNullable(Instants.read(row, "ends_at", context)),
            Optional.ofNullable(Instants.read(row, "last_log_in_at", context)),
            Optional.ofNullable(Instants.read(row, "link_until", context)));

    private final Database database;
    private final SqlAccounts accounts;

    public SqlAccountKeeping(Database database, SqlAccounts accounts) {
        this.database = database;
        this.accounts = accounts;
    }

    private static Account with(Account bare, Set<Grant> grants) {
        return new Account(
                bare.id(),
                bare.name(),
                bare.displayName(),
                grants,
                bare.outside(),
                bare.set(),
                bare.lockedUntil(),
                bare.disabledAt(),
                bare.endsAt(),
                bare.lastLogInAt(),
                bare.linkUntil());
    }

    @Override
    public List<Account> all() {
        return database.jdbi().withHandle(handle -> {
            Map<Long, Set<Grant>> grants = GrantRows.all(handle, GrantRows.Owner.ACCOUNT);
            return handle.select(SELECT + " ORDER BY a.name")
                    .map(BARE)
                    .map(bare -> with(bare, grants.getOrDefault(bare.id(), Set.of())))
                    .list();
        });
    }

    @Override
    public Optional<Account> find(long id) {
        return database.jdbi().withHandle(handle -> find(handle, "a.id = ?", id));
    }

    @Override
    public Optional<Account> named(String name) {
        return database.jdbi().withHandle(handle -> find(handle, "a.name = ?", name));
    }

    private static Optional<Account> find(Handle handle, String where, Object... values) {
        return handle.select(SELECT + " WHERE " + where, values)
                .map(BARE)
                .findOne()
                .map(bare -> with(bare, GrantRows.of(handle, GrantRows.Owner.ACCOUNT, bare.id())));
    }

    @Override
    public Optional<Account> invite(String name, Set<Grant> grants, Optional<Instant> endsAt, boolean outside) {
        SqlAccounts.checkName(name);
        Optional<Account> made = database.jdbi()
                .inTransaction(handle -> SqlAccounts.insert(handle, name, outside)
                        .flatMap(id -> {
                            handle.execute("UPDATE account SET ends_at = ? WHERE id = ?", endsAt.orElse(null), id);
                            GrantRows.replace(handle, GrantRows.Owner.ACCOUNT, id, grants);
                            return find(handle, "a.id = ?", id);
                        }));
        database.makeDurable();
        return made;
    }

    @Override
    public Optional<String> makeLink(long id, Instant now) {
        String secret = Secrets.random();
        boolean made = database.jdbi().inTransaction(handle -> {
            if (find(handle, "a.id = ?", id)
                    .filter(account -> !account.outside())
                    .isEmpty()) {
                return false;
            }
            handle.execute("DELETE FROM account_link WHERE account = ?", id);
            handle.execute(
                    "INSERT INTO account_link (account, secret_hash, expires_at) VALUES (?, ?, ?)",
                    id,
                    Secrets.sha256Hex(secret),
                    now.plus(LINK).truncatedTo(ChronoUnit.MILLIS));
            return true;
        });
        database.makeDurable();
        return made ? Optional.of(secret) : Optional.empty();
    }

    @Override
    public Optional<Account> linked(String secret, Instant now) {
        return database.jdbi().withHandle(handle -> linked(handle, secret, now));
    }

    private static Optional<Account> linked(Handle handle, String secret, Instant now) {
        return find(handle, "l.secret_hash = ? AND l.expires_at > ?", Secrets.sha256Hex(secret), now)
                .filter(account -> switch (account.state(now)) {
                    case ACTIVE, INVITED, LOCKED -> true;
                    case DISABLED, ENDED -> false;
                });
    }

    @Override
    public boolean redeem(String secret, char[] password, Instant now) {
        String hash = accounts.hash(password);
        boolean redeemed = database.jdbi().inTransaction(handle -> {
            Optional<Account> account = linked(handle, secret, now);
            // Of two who press the button at once, one spends it.
            boolean spent =
                    handle.execute("DELETE FROM account_link WHERE secret_hash = ?", Secrets.sha256Hex(secret)) == 1;
            if (account.isEmpty() || !spent) {
                return false;
            }
            long id = account.get().id();
            handle.execute(
                    "UPDATE account SET password_hash = ?, failures = 0, locked_until = NULL WHERE id = ?", hash, id);
            handle.execute("DELETE FROM account_session WHERE account = ?", id);
            return true;
        });
        database.makeDurable();
        return redeemed;
    }

    @Override
    public void setPassword(String name, char[] password, String keep) {
        String hash = accounts.hash(password);
        database.jdbi().useTransaction(handle -> {
            handle.execute("UPDATE account SET password_hash = ? WHERE name = ? AND NOT outside", hash, name);
            handle.execute(
                    "DELETE FROM account_session WHERE account = (SELECT id FROM account WHERE name = ?) AND secret_hash <> ?",
                    name,
                    Secrets.sha256Hex(keep));
        });
        database.makeDurable();
    }

    @Override
    public Outcome grant(long id, Grant grant) {
        return change(id, handle -> GrantRows.add(handle, GrantRows.Owner.ACCOUNT, id, grant));
    }

    @Override
    public Outcome withdraw(long id, Grant grant) {
        return change(id, handle -> GrantRows.remove(handle, GrantRows.Owner.ACCOUNT, id, grant));
    }

    @Override
    public Outcome setEnd(long id, Optional<Instant> endsAt) {
        return change(
                id, handle -> handle.execute("UPDATE account SET ends_at = ? WHERE id = ?", endsAt.orElse(null), id));
    }

    @Override
    public Outcome disable(long id, Instant now) {
        return change(id, handle -> {
            handle.execute("UPDATE account SET disabled_at = ? WHERE id = ?", now.truncatedTo(ChronoUnit.MILLIS), id);
            handle.execute("DELETE FROM account_session WHERE account = ?", id);
            handle.execute("DELETE FROM account_link WHERE account = ?", id);
        });
    }

    @Override
    public Outcome enable(long id) {
        return change(id, handle -> handle.execute("UPDATE account SET disabled_at = NULL WHERE id = ?", id));
    }

    @Override
    public Outcome unlock(long id) {
        return change(
                id, handle -> handle.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE id = ?", id));
    }

    @Override
    public Outcome endSessions(long id) {
        return change(id, handle -> handle.execute("DELETE FROM account_session WHERE account = ?", id));
    }

    private static final class NobodyLeft extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NobodyLeft() {
            super("nobody would be left who can manage accounts", null, false, false);
        }
    }

    /** Takes back what would leave nobody who can manage accounts. */
    private Outcome change(long id, Consumer<Handle> work) {
        Outcome outcome;
        try {
            outcome = database.jdbi().inTransaction(handle -> {
                // All, in one order: of two administrators who disable each other, the second sees what the first did.
                List<Long> ids = handle.select("SELECT id FROM account ORDER BY id FOR UPDATE")
                        .mapTo(Long.class)
                        .list();
                if (!ids.contains(id)) {
                    return Outcome.UNKNOWN;
                }
                long before = administrators(handle);
                work.accept(handle);
                if (before > 0 && administrators(handle) == 0) {
                    throw new NobodyLeft();
                }
                return Outcome.DONE;
            });
        } catch (NobodyLeft e) {
            return Outcome.LAST_ADMIN;
        }
        database.makeDurable();
        return outcome;
    }

    private static long administrators(Handle handle) {
        return handle.select(
                        "SELECT COUNT(*) FROM account a WHERE a.password_hash IS NOT NULL AND NOT a.outside"
                                + " AND a.disabled_at IS NULL AND a.ends_at IS NULL AND EXISTS (SELECT 1 FROM account_grant g"
                                + " WHERE g.account = a.id AND g.role = ? AND g.site = '')",
                        Role.ADMIN.code())
                .mapTo(Long.class)
                .one();
    }

    @Override
    public List<Session> sessions(String name, Optional<String> current, Instant now) {
        String own = current.map(Secrets::sha256Hex).orElse("");
        return database.jdbi()
                .withHandle(handle -> handle
                        .select(
                                "SELECT s.* FROM account_session s JOIN account a ON a.id = s.account WHERE a.name = ?"
                                        + " ORDER BY s.opened_at DESC",
                                name)
                        .map((row, context) -> new Session(
                                row.getString("secret_hash").substring(0, SESSION_ID_CHARS),
                                Instants.read(row, "opened_at", context),
                                Instants.read(row, "last_used_at", context),
                                row.getString("secret_hash").equals(own)))
                        .stream()
                        .filter(session -> !SqlAccounts.isOld(session.openedAt(), session.lastUsedAt(), now))
                        .toList());
    }

    @Override
    public void endSession(String name, String session) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "DELETE FROM account_session WHERE account = (SELECT id FROM account WHERE name = ?)"
                                + " AND SUBSTRING(secret_hash FROM 1 FOR " + SESSION_ID_CHARS + ") = ?",
                        name,
                        session));
    }

    @Override
    public Optional<Came> come(Outsider outsider, Optional<Set<Grant>> grants, Instant now) {
        SqlAccounts.checkName(outsider.name());
        Optional<Came> came = database.jdbi().inTransaction(handle -> {
            Optional<Long> id = theirs(handle, outsider).or(() -> waiting(handle, outsider));
            if (id.isEmpty() && grants.filter(some -> !some.isEmpty()).isPresent()) {
                id = SqlAccounts.insert(handle, outsider.name(), true);
                id.ifPresent(fresh -> bind(handle, fresh, outsider));
            }
            return id.flatMap(found -> {
                Set<Grant> before = GrantRows.of(handle, GrantRows.Owner.ACCOUNT, found);
                handle.execute(
                        "UPDATE account SET display_name = ? WHERE id = ?",
                        outsider.displayName().orElse(null),
                        found);
                grants.ifPresent(all -> GrantRows.replace(handle, GrantRows.Owner.ACCOUNT, found, all));
                return find(handle, "a.id = ?", found).map(account -> new Came(account, before));
            });
        });
        database.makeDurable();
        return came;
    }

    private static Optional<Long> theirs(Handle handle, Outsider outsider) {
        return handle.select(
                        "SELECT id FROM account WHERE issuer = ? AND subject = ? AND outside",
                        outsider.issuer(),
                        outsider.subject())
                .mapTo(Long.class)
                .findOne();
    }

    /** One that was made for them and that nobody has come to yet. */
    private static Optional<Long> waiting(Handle handle, Outsider outsider) {
        Optional<Long> waiting = handle.select(
                        "SELECT id FROM account WHERE name = ? AND outside AND subject IS NULL FOR UPDATE",
                        outsider.name())
                .mapTo(Long.class)
                .findOne();
        waiting.ifPresent(id -> bind(handle, id, outsider));
        return waiting;
    }

    private static void bind(Handle handle, long id, Outsider outsider) {
        handle.execute(
                "UPDATE account SET issuer = ?, subject = ? WHERE id = ?", outsider.issuer(), outsider.subject(), id);
    }
}
