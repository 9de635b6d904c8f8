package portvakt.server.adapter.sql;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.CardNumber;
import portvakt.server.port.PersonalData;
import portvakt.server.port.StorageException;

/**
 * All that the tables hold about one person, by card number and by the chips that a site has bound to it. Quarantined bytes are left
 * out: nobody can tell whose they are but by reading what could not be read.
 */
public final class SqlPersonalData implements PersonalData {

    /** Columns of an item's own, or that name the person whom it is about anyway. */
    private static final Set<String> NO_FACTS = Set.of("at_time", "kind_word", "site"); // asked, never walked

    private static final String HOLDERS = "holder IN (<holders>)";

    /** One question. {@code at_time} and {@code kind_word} become the item's own. */
    private record Question(Part part, String sql) {}

    private static final List<Question> QUESTIONS = List.of(
            new Question(
                    Part.LOG,
                    "SELECT occurred_at AS at_time, kind AS kind_word, id AS row_number, gate, direction, reason, flags,"
                            + " card_number, uid, holder_name, employer_name, assurance, received_at FROM log_entry WHERE"
                            + " site = :site AND (card_number = :card OR (card_number IS NULL AND uid IN (<uids>)))"
                            + " ORDER BY occurred_at, id"),
            new Question(
                    Part.PRESENCE,
                    "SELECT occurred_at AS at_time, CASE WHEN on_site THEN 'ON_SITE' ELSE 'GONE' END AS kind_word, gate,"
                            + " direction, card_number, holder_name, employer_name, corrected_to, corrected_at,"
                            + " checked_out_at FROM presence WHERE site = :site AND " + HOLDERS),
            new Question(
                    Part.STATEMENTS,
                    "SELECT recorded_at AS at_time, kind AS kind_word, at AS stated_for, undoes, author, reason FROM"
                            + " presence_correction WHERE site = :site AND " + HOLDERS + " ORDER BY id"),
            new Question(
                    Part.CHECK_OUTS,
                    "SELECT at AS at_time, rule AS kind_word, since, superseded FROM automatic_check_out WHERE site = :site"
                            + " AND " + HOLDERS + " ORDER BY at"),
            new Question(
                    Part.DOUBLE_ENTRIES,
                    "SELECT second_at AS at_time, 'DOUBLE_ENTRY' AS kind_word, first_at, first_gate, second_gate FROM"
                            + " double_entry WHERE site = :site AND " + HOLDERS + " ORDER BY second_at"),
            new Question(
                    Part.MUSTERS,
                    "SELECT p.added_at AS at_time, p.source AS kind_word, p.gate, p.since, p.holder_name, p.employer_name"
                            + " FROM muster_person p JOIN muster m ON m.id = p.muster_id WHERE m.site = :site AND"
                            + " (p.card_number = :card OR p." + HOLDERS + ") ORDER BY p.id"),
            new Question(
                    Part.SITE_LIST,
                    "SELECT v.recorded_at AS at_time, v.kind AS kind_word, v.row_id AS row_number, v.name, v.birth_date,"
                            + " v.employer, v.organisation, v.engagement, v.hirer, v.hirer_organisation, v.card_number,"
                            + " v.author, v.source FROM site_list_version v WHERE v.site = :site AND v.row_id IN"
                            + " (SELECT w.row_id FROM site_list_version w WHERE w.site = :site AND w.card_number = :card)"
                            + " ORDER BY v.row_id, v.id"),
            new Question(
                    Part.PASSES,
                    "SELECT issued_at AS at_time, kind AS kind_word, number, valid_from, valid_until, note, issued_by FROM"
                            + " pass WHERE site = :site AND number = :card ORDER BY id"),
            new Question(
                    Part.ENROLMENTS,
                    "SELECT bound_at AS at_time, 'ENROLMENT' AS kind_word, uid, bound_by, ended_at, ended_by FROM enrolment"
                            + " WHERE site = :site AND card_number = :card ORDER BY id"),
            new Question(
                    Part.BANS,
                    "SELECT received_at AS at_time, status AS kind_word, list, status_before, reason, account, outcome FROM"
                            + " register_audit WHERE card_number = :card AND list = CONCAT('site-', :site) ORDER BY id"));

    private final Database database;

    public SqlPersonalData(Database database) {
        this.database = database;
    }

    @Override
    public List<Item> of(String site, CardNumber card) {
        try {
            return database.jdbi().inTransaction(handle -> {
                List<String> uids = handle.select(
                                "SELECT DISTINCT uid FROM enrolment WHERE site = ? AND card_number = ? ORDER BY uid",
                                site,
                                card.digits())
                        .mapTo(String.class)
                        .list();
                List<Item> items = new ArrayList<>();
                QUESTIONS.forEach(question -> items.addAll(ask(handle, question, site, card, uids)));
                return items;
            });
        } catch (JdbiException e) {
            throw new StorageException("what is held about a person could not be read", e);
        }
    }

    private static List<Item> ask(Handle handle, Question question, String site, CardNumber card, List<String> uids) {
        try (Query query = handle.createQuery(question.sql)) {
            query.bind("site", site).bind("card", card.digits());
            if (question.sql.contains("<uids>")) {
                // No chip has an empty UID.
                query.bindList("uids", uids.isEmpty() ? List.of("") : uids);
            }
            if (question.sql.contains("<holders>")) {
                query.bindList(
                        "holders",
                        Stream.concat(
                                        Stream.of("card:" + card.digits()),
                                        uids.stream().map(uid -> "uid:" + uid))
                                .toList());
            }
            return query.map((row, context) -> item(question.part, row, context))
                    .list();
        }
    }

    private static Item item(Part part, ResultSet row, StatementContext context) throws SQLException {
        SortedMap<String, String> facts = new TreeMap<>();
        ResultSetMetaData columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
            Object value = row.getObject(i);
            if (value == null || NO_FACTS.contains(name) || value.toString().isEmpty()) {
                continue;
            }
            facts.put(name, value instanceof OffsetDateTime at ? at.toInstant().toString() : value.toString());
        }
        Optional<Instant> at = Optional.ofNullable(Instants.read(row, "at_time", context));
        return new Item(part, at, row.getString("kind_word"), facts);
    }
}
