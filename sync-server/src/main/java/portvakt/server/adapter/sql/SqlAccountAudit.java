package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import portvakt.server.port.AccountAudit;

/** Notes on changes of accounts and tokens in the database. */
public final class SqlAccountAudit implements AccountAudit {

    private final Database database;

    public SqlAccountAudit(Database database) {
        this.database = database;
    }

    @Override
    public void note(String actor, String action, String subject, Instant at) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO account_audit (actor, action, subject, at) VALUES (?, ?, ?, ?)",
                        actor,
                        action,
                        subject.length() > SUBJECT_CHARS_MAX ? subject.substring(0, SUBJECT_CHARS_MAX) : subject,
                        at.truncatedTo(ChronoUnit.MILLIS)));
        database.makeDurable();
    }

    @Override
    public List<Note> newest(int limit) {
        return database.jdbi()
                .withHandle(handle -> handle.select(
                                "SELECT * FROM account_audit ORDER BY id DESC FETCH FIRST " + limit + " ROWS ONLY")
                        .map((row, context) -> new Note(
                                row.getString("actor"),
                                row.getString("action"),
                                row.getString("subject"),
                                Instants.read(row, "at", context)))
                        .list());
    }
}
