package portvakt.server.adapter.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments;
import portvakt.server.port.StorageException;

/** Enrolments in the database. Changes of one site happen one after the other: each locks the row that has the site's version. */
public final class SqlEnrolments implements Enrolments {

    private static final RowMapper<Enrolment> ENROLMENT = (row, context) -> new Enrolment(
            new Uid(row.getString("uid")),
            new CardNumber(row.getString("card_number")),
            row.getString("bound_by"),
            context.findColumnMapperFor(Instant.class).orElseThrow().map(row, "bound_at", context));

    /** ISO 9075 SQLSTATE of a unique constraint that is violated, in H2 and PostgreSQL. */
    private static final String DUPLICATE_KEY = "23505";

    private final Database database;
    private final Runnable changed;

    /** @param changed called after each change is on the disk; must not block */
    public SqlEnrolments(Database database, Runnable changed) {
        this.database = database;
        this.changed = changed;
    }

    /** For those who only read. */
    public static SqlEnrolments reading(Database database) {
        return new SqlEnrolments(database, () -> {});
    }

    /** @throws IllegalArgumentException if the author's name is empty or longer than 100 characters, or the site's no name */
    @Override
    public Binding bind(String site, Uid uid, CardNumber card, OnConflict onConflict, String by, Instant now) {
        Topics.name(site);
        requireAuthor(by);
        if (uid.isRandom()) {
            return new Binding.RandomUid();
        }
        Enrolment wanted = new Enrolment(uid, card, by, now.truncatedTo(ChronoUnit.MILLIS));
        makeSite(site);
        Binding binding =
                transaction("an enrolment was not committed", handle -> bind(handle, site, wanted, onConflict));
        // Unchanged too: the one who made it so may have committed a moment ago and not be on the disk yet.
        database.makeDurable();
        if (binding instanceof Binding.Bound) {
            changed.run();
        }
        return binding;
    }

    private static Binding bind(Handle handle, String site, Enrolment wanted, OnConflict onConflict) {
        long version = lockVersion(handle, site).orElseThrow();
        Optional<Enrolment> ofUid = open(handle, site, "open_uid", wanted.uid().hex());
        Optional<Enrolment> ofCard =
                open(handle, site, "open_card", wanted.card().digits());
        if (ofUid.isPresent() && ofUid.equals(ofCard)) {
            return new Binding.Unchanged(ofUid.get(), version);
        }
        if (onConflict == OnConflict.REFUSE && ofUid.isPresent()) {
            return new Binding.UidTaken(ofUid.get());
        }
        if (onConflict == OnConflict.REFUSE && ofCard.isPresent()) {
            return new Binding.CardTaken(ofCard.get());
        }
        List<Enrolment> inTheWay = new ArrayList<>();
        ofUid.ifPresent(inTheWay::add);
        ofCard.ifPresent(inTheWay::add);
        if (inTheWay.isEmpty() && count(handle, site) >= SITE_MAX) {
            return new Binding.SiteFull();
        }
        for (Enrolment each : inTheWay) {
            end(handle, site, each.uid(), wanted.by(), wanted.since(), version + 1);
            CardChipTable.forget(handle, site, each.card(), each.uid());
        }
        handle.execute(
                "INSERT INTO enrolment (site, uid, card_number, bound_at, bound_by, bound_version, open_uid, open_card)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                site,
                wanted.uid().hex(),
                wanted.card().digits(),
                wanted.since(),
                wanted.by(),
                version + 1,
                wanted.uid().hex(),
                wanted.card().digits());
        setVersion(handle, site, version + 1);
        return new Binding.Bound(wanted, version + 1, !inTheWay.isEmpty());
    }

    /** @throws IllegalArgumentException if the author's name is empty or longer than 100 characters, or the site's no name */
    @Override
    public boolean unbind(String site, Uid uid, String by, Instant now) {
        Topics.name(site);
        requireAuthor(by);
        boolean ended = transaction("the end of an enrolment was not committed", handle -> {
            Optional<Long> version = lockVersion(handle, site);
            open(handle, site, "open_uid", uid.hex())
                    .ifPresent(bound -> CardChipTable.forget(handle, site, bound.card(), uid));
            if (version.isEmpty()
                    || end(handle, site, uid, by, now.truncatedTo(ChronoUnit.MILLIS), version.get() + 1) == 0) {
                return false;
            }
            setVersion(handle, site, version.get() + 1);
            return true;
        });
        database.makeDurable();
        if (ended) {
            changed.run();
        }
        return ended;
    }

    @Override
    public Table list(String site) {
        Table table = transaction("the enrolments cannot be read", handle -> {
            // Locked, so that version and bindings are of one moment whatever the isolation.
            Optional<Long> version = lockVersion(handle, site);
            return version.isEmpty()
                    ? new Table(site, 0, List.of())
                    : new Table(
                            site,
                            version.get(),
                            handle.select(
                                            "SELECT uid, card_number, bound_by, bound_at FROM enrolment"
                                                    + " WHERE site = ? AND open_uid IS NOT NULL ORDER BY uid",
                                            site)
                                    .map(ENROLMENT)
                                    .list());
        });
        database.makeDurable();
        return table;
    }

    @Override
    public Map<String, Long> versions() {
        return transaction("the enrolments' versions cannot be read", handle -> {
            Map<String, Long> versions = new TreeMap<>();
            handle.select("SELECT site, version FROM enrolment_site")
                    .map((row, _) -> Map.entry(row.getString("site"), row.getLong("version")))
                    .forEach(entry -> versions.put(entry.getKey(), entry.getValue()));
            return versions;
        });
    }

    /** Makes the row that has the site's version, in a transaction of its own: of two who are at it, the second finds it made. */
    private void makeSite(String site) {
        try {
            database.jdbi().useHandle(handle -> handle.execute("""
                    MERGE INTO enrolment_site USING (VALUES (CAST(? AS VARCHAR(30)))) AS given (site)
                    ON enrolment_site.site = given.site
                    WHEN NOT MATCHED THEN INSERT (site, version) VALUES (given.site, 0)""", site));
        } catch (JdbiException e) {
            if (!(e.getCause() instanceof SQLException cause && DUPLICATE_KEY.equals(cause.getSQLState()))) {
                throw new StorageException("a site's enrolments were not begun", e);
            }
        }
    }

    /** The site's version, whose row is locked until the transaction ends; empty before the site's first binding. */
    private static Optional<Long> lockVersion(Handle handle, String site) {
        return handle.select("SELECT version FROM enrolment_site WHERE site = ? FOR UPDATE", site)
                .mapTo(Long.class)
                .findOne();
    }

    private static void setVersion(Handle handle, String site, long version) {
        handle.execute("UPDATE enrolment_site SET version = ? WHERE site = ?", version, site);
    }

    /** @param column {@code open_uid} or {@code open_card} */
    private static Optional<Enrolment> open(Handle handle, String site, String column, String value) {
        return handle.select(
                        "SELECT uid, card_number, bound_by, bound_at FROM enrolment WHERE site = ? AND " + column
                                + " = ?",
                        site,
                        value)
                .map(ENROLMENT)
                .findOne();
    }

    private static int count(Handle handle, String site) {
        return handle.select("SELECT COUNT(*) FROM enrolment WHERE site = ? AND open_uid IS NOT NULL", site)
                .mapTo(Integer.class)
                .one();
    }

    private static int end(Handle handle, String site, Uid uid, String by, Instant at, long version) {
        return handle.execute(
                "UPDATE enrolment SET ended_at = ?, ended_by = ?, ended_version = ?, open_uid = NULL, open_card = NULL"
                        + " WHERE site = ? AND open_uid = ?",
                at,
                by,
                version,
                site,
                uid.hex());
    }

    private static void requireAuthor(String by) {
        if (by.isBlank() || by.length() > AUTHOR_CHARS_MAX) {
            throw new IllegalArgumentException("who enrols must have a name of 1 to " + AUTHOR_CHARS_MAX
                    + " characters, got " + by.length() + " characters");
        }
    }

    private <T> T transaction(String otherwise, Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
