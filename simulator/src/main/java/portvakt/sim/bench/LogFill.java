package portvakt.sim.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.server.adapter.sql.Database;

/**
 * Makes an entry log of any length in a database of the server's own. The rows come from the database itself, and the indexes when
 * the rows are there; both is a matter of speed alone. A log that is there already is taken as it is.
 *
 * <p>Two sites of four gates, a row each three seconds, one in twenty a denial.
 */
public final class LogFill {

    static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    static final int SECONDS_A_ROW = 3;
    static final int EMPLOYERS = 20;
    static final int CARDS = 80;

    private static final int CHUNK = 100_000;
    private static final int SHIFT = 65_536;

    private static final String INSERT = """
            INSERT INTO log_entry (id, site, gate, sequence, occurred_at, received_at, clock_trust, direction, kind, reason, flags,
                card_number, holder_name, employer_name, assurance, reader, granted_sequence, list, list_version, list_age_ms)
            SELECT x, 'site' || MOD(x, 2), 'gate' || MOD(x / 2, 4), x / 8 + 1, at, DATEADD(SECOND, 1, at), 'SYNCHRONISED',
                CASE WHEN MOD(x / 2, 4) < 2 THEN 'IN' ELSE 'OUT' END,
                CASE WHEN denied THEN 'AccessDenied' WHEN MOD(h, 2) = 0 THEN 'AccessGranted' ELSE 'AccessTaken' END,
                CASE WHEN denied THEN 'CREDENTIAL_REVOKED' ELSE NULL END, '', CAST(4000000 + card AS VARCHAR(16)),
                'Holder No. ' || card, 'Employer ' || MOD(card, %d), 'CHIP_DATA', 'card',
                CASE WHEN NOT denied AND MOD(h, 2) = 1 THEN x / 8 ELSE NULL END, 'hms-kort', 4217, 180000
            FROM (SELECT x, h, MOD(h, 20) = 0 AS denied, MOD(h / 64, %d) AS card,
                    DATEADD(SECOND, %d * x, TIMESTAMP WITH TIME ZONE '2025-01-01 00:00:00+00') AS at
                FROM (SELECT x, MOD(x * 2654435761, 4294967296) / %d AS h FROM SYSTEM_RANGE(%d, %d)))""";

    private LogFill() {}

    /** @return the url of a database whose log has so many rows */
    static String of(Path parent, int rows, PrintStream progress) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("portvakt-log-" + rows));
        String url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("portvakt");
        Path whole = folder.resolve("whole");
        if (!Files.exists(whole)) {
            progress.printf("bench: %,d rows: filling %s …%n", rows, folder);
            try {
                Database.open(url, Optional.empty(), Optional.empty()).close();
                fill(url, rows);
            } catch (Database.Unusable | SQLException e) {
                throw new IOException("cannot fill " + folder + "; delete it: " + e.getMessage(), e);
            }
            Files.createFile(whole);
        }
        return url;
    }

    /** Fills the log of a server's own database, which is empty yet. @param database without its suffix */
    public static void into(Path database, int rows) throws IOException {
        try {
            fill("jdbc:h2:file:" + database.toAbsolutePath(), rows);
        } catch (SQLException e) {
            throw new IOException("cannot fill " + database + ": " + e.getMessage(), e);
        }
    }

    private static void fill(String url, int rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            Map<String, List<String>> indexes = indexes(statement);
            for (String index : indexes.keySet()) {
                statement.execute("DROP INDEX " + index);
            }
            for (int from = 1; from <= rows; from += CHUNK) {
                int to = Math.min(rows, from + CHUNK - 1);
                statement.execute(INSERT.formatted(EMPLOYERS, CARDS, SECONDS_A_ROW, SHIFT, from, to));
            }
            statement.execute("UPDATE log_cursor SET last_id = " + rows + " WHERE name = 'log'");
            for (Map.Entry<String, List<String>> index : indexes.entrySet()) {
                statement.execute("CREATE INDEX " + index.getKey() + " ON log_entry ("
                        + String.join(", ", index.getValue()) + ")");
            }
            statement.execute("ANALYZE");
            statement.execute("CHECKPOINT SYNC");
        }
    }

    /** The indexes that the server's own migrations made, and their columns in order. */
    private static Map<String, List<String>> indexes(Statement statement) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery(
                "SELECT index_name, column_name FROM information_schema.index_columns"
                        + " WHERE table_name = 'LOG_ENTRY' AND index_name LIKE 'LOG_ENTRY_%' ORDER BY index_name, ordinal_position")) {
            while (row.next()) {
                indexes.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        return indexes;
    }
}
