package portvakt.server.adapter.sql;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.port.LagEpisodes;
import portvakt.server.port.Lists;
import portvakt.server.port.SpreadLog;
import portvakt.server.port.StorageException;

/** Who has which version of a list since when, in the database. What gates report is written by {@link SqlGates}. */
public final class SqlSpread implements SpreadLog, LagEpisodes {

    private static final String GATES = """
            SELECT g.site, g.gate, g.online, g.online_since, g.last_seen_at, g.status,
                l.epoch, l.version, l.state, l.state_since, l.lag_since,
                a.epoch AS a_epoch, a.version AS a_version, a.issued_at, a.applied_at, a.clock_trust, a.reported_at,
                a.online_since AS a_online_since, v.issued_at AS version_issued_at
            FROM gate g
                LEFT JOIN gate_list l ON l.site = g.site AND l.gate = g.gate AND l.list = :list
                LEFT JOIN list_applied a ON a.site = g.site AND a.gate = g.gate AND a.list = :list
                    AND a.epoch = l.highest_epoch AND a.version = l.highest_version
                LEFT JOIN list_version v ON v.list = :list AND v.version = l.highest_version
            WHERE g.revoked_at IS NULL AND (:site = '' OR (g.site = :site AND l.list IS NOT NULL))
            ORDER BY g.site, g.gate""";

    private static final String FIRST_WITH = """
            SELECT a.* FROM list_applied a
                JOIN (SELECT site, gate, MIN(version) AS version FROM list_applied
                        WHERE list = :list AND version >= :version GROUP BY site, gate) f
                    ON a.site = f.site AND a.gate = f.gate AND a.version = f.version
            WHERE a.list = :list""";

    private final Database database;
    private final LogFeed feed;

    public SqlSpread(Database database, SqlEntryLog log) {
        this.database = database;
        this.feed = log.feed();
    }

    @Override
    public List<GateNow> gates(String list) {
        String site = list.startsWith(Lists.SITE_PREFIX) ? list.substring(Lists.SITE_PREFIX.length()) : "";
        return read(handle -> handle.createQuery(GATES)
                .bind("list", list)
                .bind("site", site)
                .map((row, context) -> gate(row, list))
                .list());
    }

    @Override
    public List<Version> versions(String list, Instant since) {
        return read(handle -> handle.select(
                        "SELECT * FROM list_version WHERE list = ? AND issued_at >= ? ORDER BY version DESC FETCH FIRST "
                                + VERSIONS_MAX + " ROWS ONLY",
                        list,
                        since)
                .map(SqlSpread::issued)
                .list()
                .reversed());
    }

    @Override
    public Optional<Version> newestAt(String list, Instant at) {
        return read(handle -> handle.select(
                        "SELECT * FROM list_version WHERE list = ? AND issued_at <= ? ORDER BY version DESC"
                                + " FETCH FIRST 1 ROW ONLY",
                        list,
                        at)
                .map(SqlSpread::issued)
                .findOne());
    }

    @Override
    public Optional<Version> version(String list, long version) {
        return read(handle -> handle.select("SELECT * FROM list_version WHERE list = ? AND version = ?", list, version)
                .map(SqlSpread::issued)
                .findOne());
    }

    @Override
    public List<Applied> applied(String list, Instant since) {
        return read(handle -> handle.select(
                        "SELECT * FROM list_applied WHERE list = ? AND reported_at >= ? ORDER BY reported_at DESC FETCH FIRST "
                                + APPLIED_MAX + " ROWS ONLY",
                        list,
                        since)
                .map((row, context) -> applied(row, "epoch", "version", "online_since"))
                .list());
    }

    @Override
    public List<Applied> firstWith(String list, long version) {
        return read(handle -> handle.createQuery(FIRST_WITH)
                .bind("list", list)
                .bind("version", version)
                .map((row, context) -> applied(row, "epoch", "version", "online_since"))
                .list());
    }

    @Override
    public boolean begin(GateAddress gate, String list, String cause, String detail, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        return AlarmRows.write(database, feed, gate, at, handle -> {
            GateListTable.ensure(handle, gate, list, at);
            int begun = handle.execute(
                    "UPDATE gate_list SET lag_since = ?, lag_cause = ?"
                            + " WHERE site = ? AND gate = ? AND list = ? AND lag_since IS NULL",
                    at,
                    cause,
                    gate.site(),
                    gate.gate(),
                    list);
            return begun == 0 ? Optional.empty() : Optional.of("LIST_LAGS: " + detail);
        });
    }

    @Override
    public boolean end(GateAddress gate, String list, String detail, Instant now) {
        return AlarmRows.write(database, feed, gate, now, handle -> {
            int ended = handle.execute(
                    "UPDATE gate_list SET lag_since = NULL, lag_cause = NULL"
                            + " WHERE site = ? AND gate = ? AND list = ? AND lag_since IS NOT NULL",
                    gate.site(),
                    gate.gate(),
                    list);
            return ended == 0 ? Optional.empty() : Optional.of("LIST_LAG_OVER: " + detail);
        });
    }

    @Override
    public void forgetBefore(Instant time) {
        read(handle -> handle.execute("DELETE FROM list_applied WHERE reported_at < ?", time));
    }

    private static GateNow gate(ResultSet row, String list) throws SQLException {
        Optional<AppliedList> said = said(row.getBytes("status"), list);
        Optional<Reported> reported = row.getObject("version") == null
                ? Optional.empty()
                : Optional.of(new Reported(
                        row.getInt("epoch"),
                        row.getLong("version"),
                        Instant.ofEpochMilli(
                                said.map(AppliedList::getIssuedAtMs).orElse(0L)),
                        // A gate that named the list once and does so no more has none.
                        said.isPresent() ? row.getString("state") : "NONE",
                        instant(row, "state_since").orElseThrow(),
                        said.map(AppliedList::getDamagedBuckets).orElse(0),
                        said.map(AppliedList::getFetchingVersion).orElse(0L)));
        return new GateNow(
                row.getString("site"),
                row.getString("gate"),
                row.getBoolean("online"),
                instant(row, "online_since"),
                instant(row, "last_seen_at"),
                reported,
                row.getObject("a_version") == null
                        ? Optional.empty()
                        : Optional.of(applied(row, "a_epoch", "a_version", "a_online_since")),
                instant(row, "version_issued_at"),
                instant(row, "lag_since"));
    }

    private static Optional<AppliedList> said(byte[] status, String list) {
        if (status == null) {
            return Optional.empty();
        }
        try {
            return GateStatus.parseFrom(status).getListsList().stream()
                    .filter(applied -> applied.getList().equals(list))
                    .findFirst();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored status was a message when it was stored", e);
        }
    }

    private static Applied applied(ResultSet row, String epoch, String version, String onlineSince)
            throws SQLException {
        return new Applied(
                row.getString("site"),
                row.getString("gate"),
                row.getInt(epoch),
                row.getLong(version),
                instant(row, "issued_at").orElseThrow(),
                instant(row, "applied_at").orElseThrow(),
                row.getString("clock_trust").equals("SYNCHRONISED"),
                instant(row, "reported_at").orElseThrow(),
                instant(row, onlineSince).orElseThrow());
    }

    private static Version issued(ResultSet row, StatementContext context) throws SQLException {
        return new Version(
                row.getInt("epoch"),
                row.getLong("version"),
                instant(row, "issued_at").orElseThrow(),
                row.getInt("keys_changed"),
                row.getInt("count"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private <T> T read(Function<Handle, T> work) {
        try {
            return database.jdbi().withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("the spread of a list cannot be read", e);
        }
    }
}
