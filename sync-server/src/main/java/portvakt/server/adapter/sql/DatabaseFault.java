package portvakt.server.adapter.sql;

import java.sql.SQLException;
import java.util.Locale;

/** Says in the operator's words why a database cannot be opened, and what to do. */
final class DatabaseFault {

    // H2 error codes: org.h2.api.ErrorCode.
    private static final int H2_FILE_CORRUPTED = 90030;
    private static final int H2_ALREADY_OPEN = 90020;
    private static final int H2_WRONG_USER_OR_PASSWORD = 28000;
    private static final int H2_IO = 90031;
    private static final int H2_IO_2 = 90028;

    private DatabaseFault() {}

    static String explain(String url, Throwable fault) {
        String where = "database " + name(url);
        SQLException sql = sqlCause(fault);
        if (sql == null) {
            return where + " cannot be used: " + fault.getMessage();
        }
        if (!url.startsWith("jdbc:h2:")) {
            return where + " cannot be used: " + sql.getMessage()
                    + " Check that PostgreSQL runs, and the url, user and password file in the settings.";
        }
        return switch (sql.getErrorCode()) {
            case H2_ALREADY_OPEN ->
                where + " is in use by another program. Stop the other server that uses this data folder, or give this"
                        + " one a data folder of its own.";
            case H2_FILE_CORRUPTED ->
                where + " is damaged. Keep the file, put the newest backup in its place and start again; gates send"
                        + " again what the backup lacks and they still hold. H2 says: " + sql.getMessage();
            case H2_WRONG_USER_OR_PASSWORD -> where + " refuses the user or password. Check them in the settings.";
            case H2_IO, H2_IO_2 ->
                where + " cannot be read or written. Check the folder's rights and the room on the disk. H2 says: "
                        + sql.getMessage();
            default -> where + " cannot be used: " + sql.getMessage();
        };
    }

    private static String name(String url) {
        if (!url.startsWith("jdbc:h2:")) {
            // Everything after the question mark may hold a password.
            return url.split("\\?", 2)[0];
        }
        String path = url.substring("jdbc:h2:".length()).split(";", 2)[0];
        boolean file = !path.toLowerCase(Locale.ROOT).startsWith("mem:");
        return (path.startsWith("file:") ? path.substring("file:".length()) : path) + (file ? ".mv.db" : "");
    }

    private static SQLException sqlCause(Throwable fault) {
        SQLException found = null;
        for (Throwable at = fault; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                found = sql;
            }
        }
        return found;
    }
}
