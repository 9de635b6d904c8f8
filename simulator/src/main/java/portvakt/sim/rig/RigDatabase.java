package portvakt.sim.rig;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The server's database, read past the server. Methods open a connection of their own. */
final class RigDatabase {

    static final String NAME = "portvakt";

    private final PostgresCluster cluster;

    RigDatabase(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private interface Row<T> {
        T of(ResultSet rows) throws SQLException;
    }

    private <T> List<T> rows(String sql, Row<T> row, String... parameters) throws SQLException {
        try (Connection connection = cluster.connect(NAME);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.of(rows));
                }
            }
            return found;
        }
    }

    /** The same of rows of two columns, by the first. */
    private <K extends Comparable<K>, V> SortedMap<K, V> byKey(
            String sql, Row<Map.Entry<K, V>> row, String... parameters) throws SQLException {
        SortedMap<K, V> found = new TreeMap<>();
        rows(sql, row, parameters).forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** The highest sequence up to which all events of each gate are there; gates without any are missing. */
    Map<String, Long> committed() throws SQLException {
        return byKey("SELECT gate, committed_sequence FROM gate", row -> Map.entry(row.getString(1), row.getLong(2)));
    }

    /** Hashes of all events that are kept of a gate, by sequence. */
    SortedMap<Long, String> events(String gate) throws SQLException {
        return byKey(
                "SELECT sequence, hash FROM event WHERE gate = ?",
                row -> Map.entry(row.getLong(1), HexFormat.of().formatHex(row.getBytes(2))),
                gate);
    }

    /** How many rows of the log tell of an event; of alarms none, since the server writes its own about an event beside them. */
    SortedMap<Long, Integer> logRows(String gate) throws SQLException {
        return byKey(
                "SELECT sequence, COUNT(*) FROM log_entry WHERE gate = ? AND sequence > 0 AND kind <> 'Alarm' GROUP BY sequence",
                row -> Map.entry(row.getLong(1), row.getInt(2)),
                gate);
    }

    /** Details of a gate's alarms that accuse it, and what of it was put aside. */
    List<String> accusations(String gate) throws SQLException {
        List<String> found = new ArrayList<>(rows(
                "SELECT detail FROM log_entry WHERE gate = ? AND kind = 'Alarm' AND (detail LIKE 'FORK%' OR detail LIKE"
                        + " 'CHAIN_BROKEN%') ORDER BY id",
                row -> row.getString(1), gate));
        found.addAll(rows(
                "SELECT cause, detail FROM quarantine WHERE gate = ?",
                row -> "put aside: " + row.getString(1) + " " + row.getString(2),
                gate));
        return found;
    }

    /** Version of each list that was issued last. */
    Map<String, Long> versions() throws SQLException {
        return byKey("SELECT list, version FROM list_state", row -> Map.entry(row.getString(1), row.getLong(2)));
    }

    /** Version of each list that a gate says it decides by. */
    Map<String, Long> applied(String gate) throws SQLException {
        return byKey(
                "SELECT list, version FROM gate_list WHERE gate = ?",
                row -> Map.entry(row.getString(1), row.getLong(2)),
                gate);
    }

    /** What each list's newest version holds of all changes, and the newest change there is. @return whether they agree */
    boolean allIssued(String list) throws SQLException {
        return rows(
                        "SELECT (SELECT COALESCE(MAX(change_id), 0) FROM card_status WHERE list = ?) <="
                                + " (SELECT COALESCE(MAX(change_id), 0) FROM list_state WHERE list = ?)",
                        row -> row.getBoolean(1),
                        list,
                        list)
                .getFirst();
    }

    /** What the register is kept to have said, by card number. */
    Map<String, String> statuses(String list) throws SQLException {
        return byKey(
                "SELECT card_number, status FROM card_status WHERE list = ?",
                row -> Map.entry(row.getString(1), row.getString(2)),
                list);
    }

    /** Cards of those who are on site. */
    Set<String> onSite() throws SQLException {
        return new TreeSet<>(rows(
                "SELECT card_number FROM presence WHERE on_site AND card_number IS NOT NULL", row -> row.getString(1)));
    }
}
