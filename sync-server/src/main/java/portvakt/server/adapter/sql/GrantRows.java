package portvakt.server.adapter.sql;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Roles on sites, as accounts and tokens have them. A role that this version does not know gives nothing. */
final class GrantRows {

    /** Whose they are: the table, and its column. */
    enum Owner {
        ACCOUNT("account_grant", "account"),
        TOKEN("api_token_grant", "token");

        private final String table;
        private final String column;

        Owner(String table, String column) {
            this.table = table;
            this.column = column;
        }
    }

    private GrantRows() {}

    static Optional<Grant> grant(String role, String site) {
        return Role.of(role).map(known -> new Grant(known, site.isEmpty() ? Optional.empty() : Optional.of(site)));
    }

    static Set<Grant> of(Handle handle, Owner owner, long id) {
        Set<Grant> grants = new HashSet<>();
        handle.select("SELECT role, site FROM " + owner.table + " WHERE " + owner.column + " = ?", id)
                .map((row, context) -> grant(row.getString("role"), row.getString("site")))
                .forEach(grant -> grant.ifPresent(grants::add));
        return grants;
    }

    private record Owned(long owner, Optional<Grant> grant) {}

    /** Of all, by the owner's id. */
    static Map<Long, Set<Grant>> all(Handle handle, Owner owner) {
        Map<Long, Set<Grant>> grants = new HashMap<>();
        handle.select("SELECT " + owner.column + " AS owner, role, site FROM " + owner.table)
                .map((row, context) ->
                        new Owned(row.getLong("owner"), grant(row.getString("role"), row.getString("site"))))
                .forEach(owned ->
                        owned.grant.ifPresent(grant -> grants.computeIfAbsent(owned.owner, _ -> new HashSet<>())
                                .add(grant)));
        return grants;
    }

    static void add(Handle handle, Owner owner, long id, Grant grant) {
        handle.execute(
                "MERGE INTO " + owner.table + " USING (VALUES (CAST(? AS BIGINT), CAST(? AS VARCHAR(30)),"
                        + " CAST(? AS VARCHAR(30)))) AS given (owner, role, site) ON " + owner.table + "."
                        + owner.column + " = given.owner AND " + owner.table + ".role = given.role AND " + owner.table
                        + ".site = given.site WHEN NOT MATCHED THEN INSERT (" + owner.column
                        + ", role, site) VALUES (given.owner, given.role, given.site)",
                id,
                grant.role().code(),
                grant.site().orElse(""));
    }

    static void remove(Handle handle, Owner owner, long id, Grant grant) {
        handle.execute(
                "DELETE FROM " + owner.table + " WHERE " + owner.column + " = ? AND role = ? AND site = ?",
                id,
                grant.role().code(),
                grant.site().orElse(""));
    }

    static void replace(Handle handle, Owner owner, long id, Set<Grant> grants) {
        handle.execute("DELETE FROM " + owner.table + " WHERE " + owner.column + " = ?", id);
        grants.forEach(grant -> add(handle, owner, id, grant));
    }
}
