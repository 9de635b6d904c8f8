package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.CardNumber;
import portvakt.server.port.CardChips;
import portvakt.server.port.StorageException;

/** Cards and their chips, read from the database. What is written there is {@link SqlEventIngest}'s. */
public final class SqlCardChips implements CardChips {

    private static final String DOUBLED = """
            SELECT card_number, uid, first_at, gate FROM card_chip WHERE site = ? AND card_number IN (
                SELECT card_number FROM card_chip WHERE site = ? GROUP BY card_number
                HAVING COUNT(*) > 1 AND MAX(first_at) >= ?)
            ORDER BY card_number, first_at, uid""";

    private final Database database;

    public SqlCardChips(Database database) {
        this.database = database;
    }

    @Override
    public List<Seen> of(String site, CardNumber card) {
        return read(handle -> CardChipTable.rows(handle, site, List.of(card.digits())));
    }

    @Override
    public List<Seen> doubled(String site, Instant since, int limit) {
        return read(handle -> handle.select(DOUBLED + " FETCH FIRST " + limit + " ROWS ONLY", site, site, since)
                .map(CardChipTable::map)
                .list());
    }

    private List<Seen> read(Function<Handle, List<Seen>> question) {
        try {
            return database.jdbi().inTransaction(question::apply);
        } catch (JdbiException e) {
            throw new StorageException("the cards' chips cannot be read", e);
        }
    }
}
