package portvakt.server.adapter.sql;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.PolicyChanges;
import portvakt.server.port.StorageException;

/** What people have set for sites, in the database. */
public final class SqlPolicyChanges implements PolicyChanges {

    private final Database database;
    private final Runnable changed;

    /** @param changed called after each change is on the disk; must not block */
    public SqlPolicyChanges(Database database, Runnable changed) {
        this.database = database;
        this.changed = changed;
    }

    /** For those who only read. */
    public static SqlPolicyChanges reading(Database database) {
        return new SqlPolicyChanges(database, () -> {});
    }

    /** @throws IllegalArgumentException if the policy is another site's, or author or reason cannot be kept */
    @Override
    public void add(String site, Optional<SitePolicy> policy, String author, String reason, Instant now) {
        Topics.name(site);
        if (policy.filter(each -> !each.getSite().equals(site)).isPresent()) {
            throw new IllegalArgumentException("a policy of another site than " + site);
        }
        if (author.isBlank() || reason.isBlank() || reason.length() > REASON_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a change needs an author, and a reason of 1 to " + REASON_CHARS_MAX + " characters");
        }
        stored(
                "a change of a site's policy was not committed",
                () -> database.jdbi()
                        .withHandle(handle -> handle.execute(
                                "INSERT INTO site_policy_change (site, policy, author, reason, at) VALUES (?, ?, ?, ?, ?)",
                                site,
                                policy.map(SitePolicy::toByteArray).orElse(null),
                                author,
                                reason,
                                now.truncatedTo(ChronoUnit.MILLIS))));
        database.makeDurable();
        changed.run();
    }

    @Override
    public List<Change> newestFirst(String site, int limit) {
        return stored(
                "the changes of a site's policy cannot be read",
                () -> database.jdbi()
                        .withHandle(handle -> handle.select(
                                        "SELECT * FROM site_policy_change WHERE site = ? ORDER BY id DESC FETCH FIRST "
                                                + limit + " ROWS ONLY",
                                        site)
                                .map(SqlPolicyChanges::map)
                                .list()));
    }

    @Override
    public Map<String, SitePolicy> inForce() {
        Map<String, SitePolicy> policies = new TreeMap<>();
        stored(
                        "the policies in force cannot be read",
                        () -> database.jdbi()
                                .withHandle(handle -> handle.select("SELECT * FROM site_policy_change WHERE id IN"
                                                + " (SELECT MAX(id) FROM site_policy_change GROUP BY site)")
                                        .map(SqlPolicyChanges::map)
                                        .list()))
                .forEach(change -> change.policy().ifPresent(policy -> policies.put(change.site(), policy)));
        return policies;
    }

    private static Change map(ResultSet row, StatementContext context) throws SQLException {
        return new Change(
                row.getLong("id"),
                row.getString("site"),
                Optional.ofNullable(row.getBytes("policy")).map(SqlPolicyChanges::parse),
                row.getString("author"),
                row.getString("reason"),
                Instants.read(row, "at", context));
    }

    private static SitePolicy parse(byte[] bytes) {
        try {
            return SitePolicy.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored policy was a message when it was stored", e);
        }
    }

    private static <T> T stored(String otherwise, Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
