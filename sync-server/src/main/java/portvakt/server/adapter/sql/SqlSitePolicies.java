package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.Topics;
import portvakt.server.port.SitePolicies;
import portvakt.server.port.StorageException;

/** The numbers of sites' policies in the database. */
public final class SqlSitePolicies implements SitePolicies {

    private final Database database;

    public SqlSitePolicies(Database database) {
        this.database = database;
    }

    private record Row(long version, String contentHash, Instant issuedAt) {}

    /** Of two servers that number a site's first policy at once, one fails at the key and tries again in its next round. */
    @Override
    public Numbered number(String site, String contentHash, Instant now) {
        Topics.name(site);
        Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
        Numbered numbered;
        try {
            numbered = database.jdbi().inTransaction(handle -> number(handle, site, contentHash, issuedAt));
        } catch (JdbiException e) {
            throw new StorageException("a site's policy was not numbered", e);
        }
        database.makeDurable();
        return numbered;
    }

    private static Numbered number(Handle handle, String site, String contentHash, Instant now) {
        Optional<Row> before = handle.select(
                        "SELECT version, content_hash, issued_at FROM site_policy WHERE site = ? FOR UPDATE", site)
                .map((row, context) -> new Row(
                        row.getLong("version"),
                        row.getString("content_hash"),
                        context.findColumnMapperFor(Instant.class).orElseThrow().map(row, "issued_at", context)))
                .findOne();
        if (before.isEmpty()) {
            handle.execute(
                    "INSERT INTO site_policy (site, version, content_hash, issued_at) VALUES (?, ?, ?, ?)",
                    site,
                    1,
                    contentHash,
                    now);
            return new Numbered(1, now);
        }
        Row row = before.get();
        if (row.contentHash.equals(contentHash)) {
            return new Numbered(row.version, row.issuedAt);
        }
        handle.execute(
                "UPDATE site_policy SET version = ?, content_hash = ?, issued_at = ? WHERE site = ?",
                row.version + 1,
                contentHash,
                now,
                site);
        return new Numbered(row.version + 1, now);
    }
}
