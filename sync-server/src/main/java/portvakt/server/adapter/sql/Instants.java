package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Instants go to and from the database as date-times at UTC. By way of {@code java.sql.Timestamp}, which is the default, H2
 * takes them through the machine's time zone and loses an hour each autumn.
 */
final class Instants {

    private Instants() {}

    static void register(Jdbi jdbi) {
        jdbi.registerArgument(new ToDatabase());
        jdbi.registerColumnMapper(Instant.class, (row, column, context) -> {
            OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
            return value == null ? null : value.toInstant();
        });
    }

    /** @return null where the column is */
    static Instant read(ResultSet row, String column, StatementContext context) throws SQLException {
        return context.findColumnMapperFor(Instant.class).orElseThrow().map(row, column, context);
    }

    /** As JDBC takes it. */
    static OffsetDateTime column(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static final class ToDatabase extends AbstractArgumentFactory<Instant> {
        ToDatabase() {
            super(Types.TIMESTAMP_WITH_TIMEZONE);
        }

        @Override
        protected Argument build(Instant value, ConfigRegistry config) {
            return (position, statement, context) -> statement.setObject(position, column(value));
        }
    }
}
