package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;

/** A table in a database file, asked with a prepared statement. What is not said here is as the database has it by itself. */
final class SqlStructure implements Structure {

    private static final int BATCH = 10_000;

    private final String title;
    private final String url;
    private final List<String> beforeInserts;
    private final List<String> afterInserts;
    private final String query;
    private final List<String> afterCommit;

    private SqlStructure(
            String title,
            String url,
            List<String> beforeInserts,
            List<String> afterInserts,
            String query,
            List<String> afterCommit) {
        this.title = title;
        this.url = url;
        this.beforeInserts = beforeInserts;
        this.afterInserts = afterInserts;
        this.query = query;
        this.afterCommit = afterCommit;
    }

    /** The number is the primary key. A commit alone may be lost for up to a second, hence the checkpoint. */
    static SqlStructure h2() {
        return new SqlStructure(
                "H2, primary key",
                "jdbc:h2:file:%s/cards",
                List.of("CREATE TABLE listed (card VARCHAR(16) NOT NULL)"),
                List.of("ALTER TABLE listed ADD PRIMARY KEY (card)", "CHECKPOINT SYNC"),
                "SELECT 1 FROM listed WHERE card = ?",
                List.of("CHECKPOINT SYNC"));
    }

    /** As scanners of tickets do it: a row each, a text column with an index, and a count of what is equal. */
    static SqlStructure sqlite() {
        return new SqlStructure(
                "SQLite, indexed text",
                "jdbc:sqlite:%s/cards.db",
                List.of(
                        "PRAGMA synchronous = OFF",
                        "CREATE TABLE listed (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, card TEXT)"),
                List.of("CREATE INDEX listed_card ON listed (card)"),
                "SELECT COUNT(*) FROM listed WHERE card = ?",
                List.of());
    }

    @Override
    public String title() {
        return title;
    }

    private Connection connect(Path folder) throws SQLException {
        return DriverManager.getConnection(url.formatted(folder.toAbsolutePath()));
    }

    @Override
    public void build(Path folder, Cards cards, Deltas deltas) throws IOException {
        try (Connection connection = connect(folder)) {
            execute(connection, beforeInserts);
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO listed (card) VALUES (?)")) {
                for (int index = 0; index < cards.count(); index++) {
                    insert.setString(1, cards.listed(index).digits());
                    insert.addBatch();
                    if (index % BATCH == BATCH - 1) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
                insert.executeBatch();
                connection.commit();
            }
            connection.setAutoCommit(true);
            execute(connection, afterInserts);
        } catch (SQLException e) {
            throw new IOException("cannot fill " + title + ": " + e.getMessage(), e);
        }
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public Opened open(Path folder, Cards cards, Consumer<String> passed) throws IOException {
        try {
            Connection connection = connect(folder);
            return new OpenDatabase(connection, connection.prepareStatement(query));
        } catch (SQLException e) {
            throw new IOException("cannot open " + title + ": " + e.getMessage(), e);
        }
    }

    private final class OpenDatabase implements Opened {
        private final Connection connection;
        private final PreparedStatement select;

        OpenDatabase(Connection connection, PreparedStatement select) {
            this.connection = connection;
            this.select = select;
        }

        @Override
        public boolean lists(CardNumber card) {
            try {
                select.setString(1, card.digits());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() && row.getInt(1) > 0;
                }
            } catch (SQLException e) {
                throw new IllegalStateException(title + " does not answer", e);
            }
        }

        @Override
        public Applied apply(int round, Cards.Changes changes) throws IOException {
            try {
                connection.setAutoCommit(false);
                batch("INSERT INTO listed (card) VALUES (?)", changes.added());
                batch("DELETE FROM listed WHERE card = ?", changes.removed());
                connection.commit();
                connection.setAutoCommit(true);
                execute(connection, afterCommit);
                return new Applied(OptionalInt.empty());
            } catch (SQLException e) {
                throw new IOException("cannot change " + title + ": " + e.getMessage(), e);
            }
        }

        private void batch(String sql, List<CardNumber> cards) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (CardNumber card : cards) {
                    statement.setString(1, card.digits());
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        @Override
        public void close() throws IOException {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException("cannot close " + title + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public long bytesOnDisk(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    @Override
    public long heapBytes(Cards cards) {
        return 256L << 20;
    }
}
