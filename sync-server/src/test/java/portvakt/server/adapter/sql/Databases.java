package portvakt.server.adapter.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens databases for tests: H2 in memory, or, where {@link #SERVER} names one, new databases of a real PostgreSQL. */
public final class Databases {

    /** A system property, {@code jdbc:postgresql://host:port/}: of a server where its user {@link #USER} may make databases without a password. */
    public static final String SERVER = "portvakt.test.postgresql";

    public static final String USER = "portvakt";

    /** What only H2 has, or does: not to be run on PostgreSQL. A tag of JUnit's. */
    public static final String H2_ONLY = "h2-only";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String TEMPLATE = "migrated";
    /** Each takes eight megabytes and hundreds of files; no test has so many open. */
    private static final int KEPT_MAX = 20;

    private Databases() {}

    /** An empty one, for one test. */
    public static Database inMemory() {
        String server = System.getProperty(SERVER);
        return server == null ? open("jdbc:h2:mem:test-" + NUMBER.incrementAndGet()) : inPostgres(server);
    }

    public static Database open(String url) {
        return open(url, Optional.empty());
    }

    private static Database open(String url, Optional<String> user) {
        try {
            return Database.open(url, user, Optional.empty());
        } catch (Database.Unusable e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** A copy of one that was migrated once, which takes a tenth of the time. */
    private static synchronized Database inPostgres(String server) {
        int number = NUMBER.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(server + "postgres", USER, "");
                Statement statement = connection.createStatement()) {
            if (number == 1) {
                statement.execute("CREATE DATABASE " + TEMPLATE);
                open(server + TEMPLATE, Optional.of(USER)).close();
            }
            statement.execute("CREATE DATABASE test_" + number + " TEMPLATE " + TEMPLATE);
            statement.execute("DROP DATABASE IF EXISTS test_" + Math.max(0, number - KEPT_MAX) + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new AssertionError(server + " gives no database: " + e.getMessage(), e);
        }
        return open(server + "test_" + number, Optional.of(USER));
    }
}
