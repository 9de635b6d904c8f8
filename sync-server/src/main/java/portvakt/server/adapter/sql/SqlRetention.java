package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Retention;
import portvakt.server.port.StorageException;

/** Removes from the database what is kept no longer, some hundred rows a transaction. */
public final class SqlRetention implements Retention {

    private static final int ROWS = 500;

    private final Database database;

    public SqlRetention(Database database) {
        this.database = database;
    }

    @Override
    public boolean hasPassages(String site, Instant before, Set<CardNumber> except) {
        try {
            return database.jdbi().withHandle(handle -> {
                Excepted excepted = Excepted.of(handle, site, except);
                return any(
                                handle,
                                "log_entry WHERE site = ? AND occurred_at < ? AND " + Excepted.SOMEBODY
                                        + excepted.notOfRow(),
                                site,
                                before)
                        || any(
                                handle,
                                "presence WHERE site = ? AND COALESCE(occurred_at, corrected_at) < ?"
                                        + " AND on_site = FALSE" + excepted.notOfHolder(),
                                site,
                                before)
                        || any(
                                handle,
                                "presence_correction WHERE site = ? AND COALESCE(at, recorded_at) < ?"
                                        + " AND holder IS NOT NULL" + excepted.notOfHolder(),
                                site,
                                before)
                        || any(
                                handle,
                                "automatic_check_out WHERE site = ? AND at < ? AND holder IS NOT NULL"
                                        + excepted.notOfHolder(),
                                site,
                                before)
                        || any(
                                handle,
                                "double_entry WHERE site = ? AND second_at < ?" + excepted.notOfHolder(),
                                site,
                                before);
            });
        } catch (JdbiException e) {
            throw new StorageException("what is kept too long could not be looked for", e);
        }
    }

    private static boolean any(Handle handle, String of, String site, Instant before) {
        return handle.select("SELECT 1 FROM " + of + " FETCH FIRST 1 ROWS ONLY", site, before)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    private record Kept(String gate, String digest, String cause, long sequence) {}

    @Override
    public int quarantine(String site, Instant before) {
        return batches(handle -> {
            List<Kept> kept = handle.select(
                            "SELECT gate, digest, cause, sequence FROM quarantine WHERE site = ? AND received_at < ?"
                                    + " AND cause IN ('NO_BATCH', 'ILLEGIBLE') AND content <> ?"
                                    + " ORDER BY gate, digest, cause FETCH FIRST " + ROWS + " ROWS ONLY",
                            site,
                            before,
                            new byte[0])
                    .map((row, context) -> new Kept(
                            row.getString("gate"),
                            row.getString("digest"),
                            row.getString("cause"),
                            row.getLong("sequence")))
                    .list();
            for (Kept each : kept) {
                handle.execute(
                        "UPDATE quarantine SET content = ? WHERE site = ? AND gate = ? AND digest = ? AND cause = ?",
                        new byte[0],
                        site,
                        each.gate,
                        each.digest,
                        each.cause);
                if (each.cause.equals(QuarantineTable.Cause.ILLEGIBLE.name())) {
                    // It is in the chain too, and no row of the log leads to it.
                    handle.execute(
                            "UPDATE event SET subject = ? WHERE site = ? AND gate = ? AND sequence = ? AND received_at < ?",
                            new byte[0],
                            site,
                            each.gate,
                            each.sequence,
                            before);
                }
            }
            return kept.size();
        });
    }

    @Override
    public int passNotes(String site, Instant endedBefore, Set<CardNumber> except) {
        return batches(handle -> handle.execute(
                "UPDATE pass SET note = '' WHERE id IN (SELECT id FROM pass WHERE site = ? AND note <> '' AND valid_until < ?"
                        + Excepted.notIn("number", except) + " ORDER BY id FETCH FIRST " + ROWS + " ROWS ONLY)",
                site,
                endedBefore));
    }

    @Override
    public int siteList(String site, Set<CardNumber> except) {
        int versions = batches(handle -> handle.execute(
                "DELETE FROM site_list_version WHERE id IN (SELECT v.id FROM site_list_version v WHERE v.site = ?"
                        + (except.isEmpty()
                                ? ""
                                : " AND v.row_id NOT IN (SELECT w.row_id FROM site_list_version w WHERE w.site = v.site AND"
                                        + Excepted.in("w.card_number", except) + ")")
                        // A version goes after those before it, so that what is interrupted leaves none that seems to
                        // count anew.
                        + " ORDER BY v.id FETCH FIRST " + ROWS + " ROWS ONLY)",
                site));
        batches(handle -> {
            handle.execute("DELETE FROM site_list_check WHERE site = ?", site);
            handle.execute("DELETE FROM site_list_link WHERE site = ?", site);
            handle.execute(
                    "DELETE FROM row_correction WHERE about = 'LIST' AND site = ? AND about_id NOT IN"
                            + " (SELECT v.row_id FROM site_list_version v WHERE v.site = ?)",
                    site,
                    site);
            return 0;
        });
        return versions;
    }

    @Override
    public int cases(String site, Instant closedBefore, Set<CardNumber> except) {
        return batches(handle -> handle.execute(
                        "DELETE FROM privacy_case WHERE id IN (SELECT id FROM privacy_case WHERE site = ? AND closed_at < ?"
                                + Excepted.notIn("card_number", except) + " ORDER BY id FETCH FIRST " + ROWS
                                + " ROWS ONLY)",
                        site,
                        closedBefore))
                + batches(handle -> handle.execute(
                        "DELETE FROM privacy_restriction WHERE id IN (SELECT id FROM privacy_restriction WHERE site = ?"
                                + " AND lifted_at < ?" + Excepted.notIn("card_number", except)
                                + " ORDER BY id FETCH FIRST "
                                + ROWS + " ROWS ONLY)",
                        site,
                        closedBefore));
    }

    /** Does it again until a transaction finds less than it may take. */
    private int batches(ToIntFunction<Handle> some) {
        try {
            int all = 0;
            int last;
            do {
                last = database.jdbi().inTransaction(some::applyAsInt);
                all += last;
            } while (last >= ROWS);
            if (all > 0) {
                database.makeDurable();
            }
            return all;
        } catch (JdbiException e) {
            throw new StorageException("what is kept too long was not removed to the end", e);
        }
    }
}
