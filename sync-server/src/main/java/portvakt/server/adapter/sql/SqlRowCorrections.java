package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.RowMapper;
import portvakt.protocol.CardNumber;
import portvakt.server.port.RowCorrections;
import portvakt.server.port.StorageException;

/** What is held against rows, in the database. */
public final class SqlRowCorrections implements RowCorrections {

    private static final RowMapper<Correction> CORRECTION = (row, context) -> new Correction(
            row.getLong("id"),
            row.getString("site"),
            new CardNumber(row.getString("card_number")),
            About.valueOf(row.getString("about")),
            row.getLong("about_id"),
            row.getString("words"),
            row.getString("author"),
            Instants.read(row, "recorded_at", context));

    private final Database database;

    public SqlRowCorrections(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Correction> add(
            String site, CardNumber card, About about, long row, String words, String author, Instant now) {
        Optional<Correction> added = transaction(handle -> {
            if (!isTheirs(handle, site, card, about, row)) {
                return Optional.empty();
            }
            long id = handle.createUpdate(
                            "INSERT INTO row_correction (site, card_number, about, about_id, words, author,"
                                    + " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .bind(0, site)
                    .bind(1, card.digits())
                    .bind(2, about.name())
                    .bind(3, row)
                    .bind(4, words)
                    .bind(5, author)
                    .bind(6, now.truncatedTo(ChronoUnit.MILLIS))
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
            return handle.select("SELECT * FROM row_correction WHERE id = ?", id)
                    .map(CORRECTION)
                    .findOne();
        });
        database.makeDurable();
        return added;
    }

    private static boolean isTheirs(Handle handle, String site, CardNumber card, About about, long row) {
        String sql = about == About.LOG
                ? "SELECT 1 FROM log_entry WHERE id = ? AND site = ? AND (card_number = ? OR card_number IS NULL AND uid IN"
                        + " (SELECT e.uid FROM enrolment e WHERE e.site = ? AND e.card_number = ?))"
                : "SELECT 1 FROM site_list_version WHERE row_id = ? AND site = ? AND card_number = ? AND site = ?"
                        + " AND card_number = ? FETCH FIRST 1 ROWS ONLY";
        return handle.select(sql, row, site, card.digits(), site, card.digits())
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
    }

    @Override
    public List<Correction> correctionsOf(String site, CardNumber card) {
        return transaction(handle -> handle.select(
                        "SELECT * FROM row_correction WHERE site = ? AND card_number = ? ORDER BY id",
                        site,
                        card.digits())
                .map(CORRECTION)
                .list());
    }

    @Override
    public Map<Long, List<Correction>> of(About about, Collection<Long> rows) {
        Map<Long, List<Correction>> found = new TreeMap<>();
        if (rows.isEmpty()) {
            return found;
        }
        transaction(handle -> {
            handle.createQuery("SELECT * FROM row_correction WHERE about = :about AND about_id IN (<rows>) ORDER BY id")
                    .bind("about", about.name())
                    .bindList("rows", List.copyOf(rows))
                    .map(CORRECTION)
                    .forEach(each -> found.computeIfAbsent(each.row(), _ -> new ArrayList<>())
                            .add(each));
            return null;
        });
        return found;
    }

    private <T> T transaction(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("corrections of rows could not be read or kept", e);
        }
    }
}
