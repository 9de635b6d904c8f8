package portvakt.server.adapter.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;

/**
 * Forces what was committed in H2 to the disk.
 *
 * <p>{@code CHECKPOINT SYNC} alone does not (H2 2.4 and 2.5): where H2's background writer has taken the last changes, it finds nothing
 * left to write and forces the file, while the writer's own threads may still hold them. A kill at that moment loses what has been
 * acknowledged. So this waits, in between, until those threads have nothing in hand.
 */
final class H2Force {

    private H2Force() {}

    /**
     * Returns when everything committed before the call is on the disk. Of a database in memory there is nothing to force.
     *
     * @throws SQLException       if the connection is broken, or leads to a server of H2's own that refuses
     * @throws RuntimeException   H2's own, if the file cannot be written
     */
    static void force(Connection connection) throws SQLException {
        if (connection.isWrapperFor(JdbcConnection.class)
                && connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
            MVStore store = session.getDatabase().getStore().getMvStore();
            if (store.getFileStore() != null) {
                store.commit();
                // Under the locks that new work would need, behind all that is under way.
                store.executeFilestoreOperation(() -> {});
                store.sync();
            }
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
    }
}
