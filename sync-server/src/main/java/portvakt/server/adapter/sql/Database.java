package portvakt.server.adapter.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import portvakt.server.port.StorageException;

/**
 * An open, migrated database: H2 in a file or in memory, or PostgreSQL. Safe for any thread.
 *
 * <p>H2 does not force its file at a commit, so whoever promises something to the outside calls {@link #makeDurable} between
 * the commit and the promise. PostgreSQL forces its log at each commit and has nothing left to do.
 */
public final class Database implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 8;
    private static final long CONNECTION_WAIT_MS = 10_000;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean forcesItself;
    private final CheckpointGroup checkpoints;

    Database(HikariDataSource pool, boolean forcesItself) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.forcesItself = forcesItself;
        this.checkpoints = new CheckpointGroup(this::force);
        Instants.register(jdbi);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(Database::withoutValues);
    }

    /** What goes wrong is logged, and the values in it are cards and names. */
    private static String withoutValues(StatementException fault) {
        return fault.getShortMessage() + " ["
                + Optional.ofNullable(fault.getStatementContext())
                        .map(StatementContext::getRawSql)
                        .orElse("no statement")
                + "]";
    }

    /** A database that cannot be opened. The message names it and says what to do; it is for the operator and complete. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Opens the database, makes or migrates its tables.
     *
     * @param url {@code jdbc:h2:file:/path}, {@code jdbc:h2:mem:name} or {@code jdbc:postgresql://host/name}
     * @throws Unusable if it cannot be opened, or its tables are not ones that this program can bring up to date
     */
    public static Database open(String url, Optional<String> user, Optional<String> password) throws Unusable {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user.orElse(isH2(url) ? "sa" : null));
        config.setPassword(password.orElse(""));
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(CONNECTION_WAIT_MS);
        // Fail at once when the database is not there at the start: the message below says what to do.
        config.setInitializationFailTimeout(1);
        config.setPoolName("database");
        if (!isH2(url)) {
            // PostgreSQL's driver would write the values of a statement that failed into the message, and that is
            // logged.
            config.addDataSourceProperty("logServerErrorDetail", "false");
        }
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new Unusable(DatabaseFault.explain(url, e), e);
        }
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:portvakt/server/migration")
                    .load()
                    .migrate();
            return new Database(pool, !isH2(url));
        } catch (FlywayException e) {
            pool.close();
            throw new Unusable(DatabaseFault.explain(url, e), e);
        }
    }

    private static boolean isH2(String url) {
        return url.startsWith("jdbc:h2:");
    }

    /**
     * Returns when everything that was committed before the call is on the disk. Callers at the same time share one force.
     *
     * @throws StorageException if the disk refused; what was committed may be lost at a power cut
     */
    void makeDurable() {
        if (forcesItself) {
            return;
        }
        checkpoints.force();
    }

    private void force() {
        try {
            jdbi.useHandle(handle -> H2Force.force(handle.getConnection()));
        } catch (SQLException | RuntimeException e) {
            throw new StorageException("the database could not be forced to disk", e);
        }
    }

    Jdbi jdbi() {
        return jdbi;
    }

    /** Whether the database answers now. */
    public boolean isAlive() {
        try {
            return jdbi.withHandle(
                    handle -> handle.select("SELECT 1").mapTo(Integer.class).one() == 1);
        } catch (JdbiException e) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
