/** The ports on a database: one SQL dialect that H2 (embedded, the default) and PostgreSQL both run. */
package portvakt.server.adapter.sql;
