package portvakt.sim.world;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import portvakt.server.adapter.sql.Database;

/**
 * The server's database, a real H2 in memory: what is committed survives the server's program. Made once and emptied for each run, since
 * its schema takes longer than a run. The auditors look into it past the server's own code.
 */
public final class WorldDatabase implements AutoCloseable {

    /** A server prepares more kinds of statements than the 8 that H2 keeps by itself. */
    private static final String OPTIONS = ";DB_CLOSE_DELAY=-1;QUERY_CACHE_SIZE=1024";

    private final Database database;
    private final Connection look;
    private final List<String> tables = new ArrayList<>();

    /**
     * @param name of its own in this JVM
     * @throws IllegalStateException if this JVM has no room for it
     */
    public WorldDatabase(String name) {
        String url = "jdbc:h2:mem:" + name + OPTIONS;
        try {
            database = Database.open(url, Optional.empty(), Optional.empty());
            look = DriverManager.getConnection(url, "sa", "");
            try (Statement statement = look.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE"
                            + " TABLE_SCHEMA = 'PUBLIC' AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
        } catch (Database.Unusable | SQLException e) {
            throw new IllegalStateException("a database in memory cannot be opened", e);
        }
    }

    Database database() {
        return database;
    }

    /** As a new server finds it. */
    void empty() {
        try (Statement statement = look.createStatement()) {
            statement.execute("SET REFERENTIAL_INTEGRITY FALSE");
            for (String table : tables) {
                if (!table.equals("flyway_schema_history") && !table.equals("LOG_CURSOR")) {
                    statement.execute("TRUNCATE TABLE \"" + table + "\" RESTART IDENTITY");
                }
            }
            statement.execute("UPDATE log_cursor SET last_id = 0");
            statement.execute("SET REFERENTIAL_INTEGRITY TRUE");
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be emptied", e);
        }
    }

    /** All events that the server keeps of a gate, by sequence. */
    public SortedMap<Long, String> eventsOf(String gate) {
        SortedMap<Long, String> events = new TreeMap<>();
        try (var statement = look.prepareStatement("SELECT sequence, hash FROM event WHERE gate = ?")) {
            statement.setString(1, gate);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.put(rows.getLong(1), HexFormat.of().formatHex(rows.getBytes(2)));
                }
            }
            return events;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /** How many rows of the log tell of an event of a gate; of alarms none, since the server writes its own about an event beside them. */
    public SortedMap<Long, Integer> rowsOf(String gate) {
        SortedMap<Long, Integer> counts = new TreeMap<>();
        try (var statement = look.prepareStatement(
                "SELECT sequence, COUNT(*) FROM log_entry WHERE gate = ? AND sequence > 0 AND kind <> 'Alarm' GROUP BY sequence")) {
            statement.setString(1, gate);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(rows.getLong(1), rows.getInt(2));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /** What the register is kept to have said, by card number. */
    public SortedMap<String, String> statuses() {
        SortedMap<String, String> statuses = new TreeMap<>();
        try (Statement statement = look.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT card_number, status FROM card_status WHERE list = '" + WorldKeys.LIST + "'")) {
            while (rows.next()) {
                statuses.put(rows.getString(1), rows.getString(2));
            }
            return statuses;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /** Sequences of the seals of a gate that the server calls proved. */
    public List<Long> provedSealsOf(String gate) {
        return sequencesOf(gate, "JournalSealed", "proved%");
    }

    /** Sequences of what a gate sent in the place of events that its disk has spoilt. */
    public List<Long> standInsOf(String gate) {
        return sequencesOf(gate, "Alarm", "%is damaged on the gate's disk%");
    }

    /** Sequences of the gate's own events of a kind whose row says so. @param detail as SQL's LIKE has it */
    private List<Long> sequencesOf(String gate, String kind, String detail) {
        List<Long> sequences = new ArrayList<>();
        try (var statement = look.prepareStatement("SELECT sequence FROM log_entry WHERE gate = ? AND kind = ?"
                + " AND sequence > 0 AND detail LIKE ? ORDER BY sequence")) {
            statement.setString(1, gate);
            statement.setString(2, kind);
            statement.setString(3, detail);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sequences.add(rows.getLong(1));
                }
            }
            return sequences;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    /** The details of the alarms that the server itself has written of a gate. */
    public List<String> alarmsOf(String gate) {
        List<String> details = new ArrayList<>();
        try (var statement =
                look.prepareStatement("SELECT detail FROM log_entry WHERE gate = ? AND kind = 'Alarm' ORDER BY id")) {
            statement.setString(1, gate);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    details.add(rows.getString(1));
                }
            }
            return details;
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be read", e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
