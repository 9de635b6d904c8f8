package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Update;
import portvakt.protocol.CardNumber;
import portvakt.server.port.OrganisationNumber;
import portvakt.server.port.SiteList.Change;
import portvakt.server.port.SiteList.Engagement;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.SiteList.Hirer;
import portvakt.server.port.SiteList.Link;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Seen;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.SiteList.Version;

/** Rows of the site's list and of its links. */
final class SiteListTable {

    private static final String COLUMNS = "SELECT v.id, v.row_id, v.kind, v.source, v.name, v.birth_date, v.employer,"
            + " v.organisation, v.engagement, v.hirer, v.hirer_organisation, v.card_number, v.author, v.recorded_at"
            + " FROM site_list_version v WHERE ";

    private static final String NEWEST =
            " AND v.id = (SELECT MAX(w.id) FROM site_list_version w WHERE w.row_id = v.row_id) AND v.kind <> 'REMOVED'";

    private static final RowMapper<Version> VERSION = (row, context) -> {
        Engagement engagement = Engagement.valueOf(row.getString("engagement"));
        return new Version(
                row.getLong("id"),
                row.getLong("row_id"),
                Change.valueOf(row.getString("kind")),
                Source.valueOf(row.getString("source")),
                new Person(
                        row.getString("name"),
                        row.getObject("birth_date", LocalDate.class),
                        row.getString("employer"),
                        new OrganisationNumber(row.getString("organisation")),
                        engagement,
                        engagement == Engagement.HIRED
                                ? Optional.of(new Hirer(
                                        row.getString("hirer"),
                                        new OrganisationNumber(row.getString("hirer_organisation"))))
                                : Optional.empty(),
                        Optional.ofNullable(row.getString("card_number")).map(CardNumber::new)),
                row.getString("author"),
                Instants.read(row, "recorded_at", context));
    };

    private static final RowMapper<Link> LINK = (row, context) -> new Link(
            row.getLong("id"),
            row.getString("site"),
            row.getString("made_by"),
            Instants.read(row, "made_at", context),
            Instants.read(row, "expires_at", context),
            Optional.ofNullable(row.getString("revoked_by")),
            Optional.ofNullable(Instants.read(row, "revoked_at", context)));

    private SiteListTable() {}

    static Optional<Facts> facts(Handle handle, String site) {
        return handle.select(
                        "SELECT address, client, ended_on, author, recorded_at FROM site_facts WHERE site = ?"
                                + " ORDER BY id DESC FETCH FIRST 1 ROWS ONLY",
                        site)
                .map((row, context) -> new Facts(
                        row.getString("address"),
                        row.getString("client"),
                        Optional.ofNullable(row.getObject("ended_on", LocalDate.class)),
                        row.getString("author"),
                        Instants.read(row, "recorded_at", context)))
                .findOne();
    }

    static List<Version> rows(Handle handle, String site) {
        return handle.select(COLUMNS + "v.site = ?" + NEWEST + " ORDER BY v.employer, v.name, v.row_id", site)
                .map(VERSION)
                .list();
    }

    static List<Version> versions(Handle handle, String site, long row) {
        return handle.select(COLUMNS + "v.row_id = ? AND v.site = ? ORDER BY v.id", row, site)
                .map(VERSION)
                .list();
    }

    static List<Version> versionsOf(Handle handle, String site, CardNumber card) {
        return handle.select(
                        COLUMNS + "v.row_id IN (SELECT w.row_id FROM site_list_version w WHERE w.card_number = ?"
                                + " AND w.site = ?) ORDER BY v.row_id, v.id",
                        card.digits(),
                        site)
                .map(VERSION)
                .list();
    }

    /** The row as it is now; empty if it was removed. */
    static Optional<Version> newest(Handle handle, String site, long row) {
        return handle.select(COLUMNS + "v.row_id = ? AND v.site = ?" + NEWEST, row, site)
                .map(VERSION)
                .findOne();
    }

    static Version insert(Handle handle, String site, Version version) {
        Person person = version.person();
        try (Update update = handle.createUpdate(
                "INSERT INTO site_list_version (id, site, row_id, kind, source, name, birth_date, employer, organisation,"
                        + " engagement, hirer, hirer_organisation, card_number, author, recorded_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            update.bind(0, version.id())
                    .bind(1, site)
                    .bind(2, version.row())
                    .bind(3, version.change().name())
                    .bind(4, version.source().name())
                    .bind(5, person.name())
                    .bind(6, person.born())
                    .bind(7, person.employer())
                    .bind(8, person.organisation().digits())
                    .bind(9, person.engagement().name())
                    .bindByType(10, person.hirer().map(Hirer::name).orElse(null), String.class)
                    .bindByType(
                            11,
                            person.hirer()
                                    .map(Hirer::organisation)
                                    .map(OrganisationNumber::digits)
                                    .orElse(null),
                            String.class)
                    .bindByType(12, person.card().map(CardNumber::digits).orElse(null), String.class)
                    .bind(13, version.author())
                    .bind(14, version.at())
                    .execute();
        }
        return version;
    }

    /** By chip data alone: what a code or a UID stands for was never read off a card. */
    static List<Seen> seen(Handle handle, String site, Instant since, int limit) {
        return handle.select(
                        "SELECT l.card_number, MAX(l.holder_name) AS holder, MAX(l.employer_name) AS employer FROM log_entry l"
                                + " WHERE l.site = ? AND l.occurred_at >= ? AND l.assurance IN ('CHIP_DATA', 'AUTHENTICATED_CHIP')"
                                + " AND l.card_number IS NOT NULL AND l.holder_name IS NOT NULL"
                                + " AND l.card_number NOT IN (SELECT v.card_number FROM site_list_version v"
                                + " WHERE v.site = ? AND v.card_number IS NOT NULL" + NEWEST + ")"
                                + " GROUP BY l.card_number ORDER BY holder FETCH FIRST " + limit + " ROWS ONLY",
                        site,
                        since,
                        site)
                .map((row, context) -> new Seen(
                        new CardNumber(row.getString("card_number")),
                        row.getString("holder"),
                        Optional.ofNullable(row.getString("employer"))))
                .list();
    }

    static List<Link> links(Handle handle, String site, int limit) {
        return handle.select(
                        "SELECT * FROM site_list_link WHERE site = ? ORDER BY id DESC FETCH FIRST " + limit
                                + " ROWS ONLY",
                        site)
                .map(LINK)
                .list();
    }

    static Optional<Link> link(Handle handle, String secretHash) {
        return handle.select("SELECT * FROM site_list_link WHERE secret_hash = ?", secretHash)
                .map(LINK)
                .findOne();
    }
}
