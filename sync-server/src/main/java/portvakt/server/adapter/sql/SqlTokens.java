package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Tokens;

/** Tokens of programs in the database, as their SHA-256. */
public final class SqlTokens implements Tokens {

    private static final RowMapper<Token> BARE = (row, context) -> new Token(
            row.getLong("id"),
            row.getString("name"),
            Set.of(),
            Optional.ofNullable(row.getString("rights")).map(SqlTokens::rights),
            Instants.read(row, "created_at", context),
            row.getString("created_by"),
            Instants.read(row, "expires_at", context),
            Optional.ofNullable(row.getObject("last_used_on", LocalDate.class)),
            Optional.ofNullable(Instants.read(row, "revoked_at", context)),
            Optional.ofNullable(row.getString("revoked_by")));

    private final Database database;

    public SqlTokens(Database database) {
        this.database = database;
    }

    /** A right that this version does not know is none. */
    private static Set<Right> rights(String names) {
        Set<String> wanted = Set.of(names.split(" ")); // looked up, never walked
        return Arrays.stream(Right.values())
                .filter(right -> wanted.contains(right.name()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Right.class)));
    }

    private static Token with(Token bare, Set<Grant> grants) {
        return new Token(
                bare.id(),
                bare.name(),
                grants,
                bare.only(),
                bare.createdAt(),
                bare.createdBy(),
                bare.expiresAt(),
                bare.lastUsedOn(),
                bare.revokedAt(),
                bare.revokedBy());
    }

    @Override
    public Made make(Wish wish, String by, Instant now) {
        String secret = PREFIX + Secrets.random();
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        Token token = database.jdbi().inTransaction(handle -> {
            long id = handle.createUpdate(
                            "INSERT INTO api_token (secret_hash, name, rights, created_at, created_by, expires_at)"
                                    + " VALUES (:hash, :name, :rights, :at, :by, :until)")
                    .bind("hash", Secrets.sha256Hex(secret))
                    .bind("name", wish.name())
                    .bind(
                            "rights",
                            wish.only()
                                    .map(only -> only.stream()
                                            .sorted()
                                            .map(Right::name)
                                            .collect(Collectors.joining(" ")))
                                    .orElse(null))
                    .bind("at", at)
                    .bind("by", by)
                    .bind("until", at.plus(wish.validity()))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            GrantRows.replace(handle, GrantRows.Owner.TOKEN, id, wish.grants());
            return find(handle, "id = ?", id).orElseThrow();
        });
        database.makeDurable();
        return new Made(token, secret);
    }

    private static Optional<Token> find(Handle handle, String where, Object value) {
        return handle.select("SELECT * FROM api_token WHERE " + where, value)
                .map(BARE)
                .findOne()
                .map(bare -> with(bare, GrantRows.of(handle, GrantRows.Owner.TOKEN, bare.id())));
    }

    @Override
    public List<Token> all() {
        return database.jdbi().withHandle(handle -> {
            Map<Long, Set<Grant>> grants = GrantRows.all(handle, GrantRows.Owner.TOKEN);
            return handle.select("SELECT * FROM api_token ORDER BY id DESC")
                    .map(BARE)
                    .map(bare -> with(bare, grants.getOrDefault(bare.id(), Set.of())))
                    .list();
        });
    }

    @Override
    public Optional<Token> find(long id) {
        return database.jdbi().withHandle(handle -> find(handle, "id = ?", id));
    }

    @Override
    public boolean revoke(long id, String by, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        int revoked = database.jdbi()
                .withHandle(handle -> handle.execute(
                        "UPDATE api_token SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL"
                                + " AND expires_at > ?",
                        at,
                        by,
                        id,
                        at));
        database.makeDurable();
        return revoked == 1;
    }

    @Override
    public Optional<Principal> principal(String secret, Instant now) {
        return database.jdbi().withHandle(handle -> {
            Optional<Token> token =
                    find(handle, "secret_hash = ?", Secrets.sha256Hex(secret)).filter(found -> found.counts(now));
            LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
            token.filter(found -> !found.lastUsedOn().equals(Optional.of(today)))
                    .ifPresent(found ->
                            handle.execute("UPDATE api_token SET last_used_on = ? WHERE id = ?", today, found.id()));
            return token.map(Token::principal);
        });
    }
}
