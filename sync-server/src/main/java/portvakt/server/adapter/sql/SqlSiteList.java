package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.CardNumber;
import portvakt.server.port.SiteList;
import portvakt.server.port.StorageException;

/** The list of byggherreforskriften § 15 in the database. Who writes holds the list's cursor, so ids rise with the commits. */
public final class SqlSiteList implements SiteList {

    private final Database database;

    public SqlSiteList(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Facts> facts(String site) {
        return read(handle -> SiteListTable.facts(handle, site));
    }

    @Override
    public void state(
            String site, String address, String client, Optional<LocalDate> endedOn, String author, Instant now) {
        write(
                now,
                (handle, ids, at) -> handle.execute(
                        "INSERT INTO site_facts (id, site, address, client, ended_on, author, recorded_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        ids.next(),
                        site,
                        address,
                        client,
                        endedOn.orElse(null),
                        author,
                        at));
    }

    @Override
    public List<Version> rows(String site) {
        return read(handle -> SiteListTable.rows(handle, site));
    }

    @Override
    public List<Version> versions(String site, long row) {
        return read(handle -> SiteListTable.versions(handle, site, row));
    }

    @Override
    public List<Version> versionsOf(String site, CardNumber card) {
        return read(handle -> SiteListTable.versionsOf(handle, site, card));
    }

    @Override
    public Version add(String site, Person person, Source source, String author, Instant now) {
        return write(now, (handle, ids, at) -> {
            long id = ids.next();
            return SiteListTable.insert(handle, site, new Version(id, id, Change.ADDED, source, person, author, at));
        });
    }

    @Override
    public Optional<Version> edit(String site, long row, Person person, String author, Instant now) {
        return write(
                now,
                (handle, ids, at) -> SiteListTable.newest(handle, site, row)
                        .map(last -> last.person().equals(person)
                                ? last
                                : SiteListTable.insert(
                                        handle,
                                        site,
                                        new Version(ids.next(), row, Change.EDITED, Source.HAND, person, author, at))));
    }

    @Override
    public Optional<Version> remove(String site, long row, String author, Instant now) {
        return write(
                now,
                (handle, ids, at) -> SiteListTable.newest(handle, site, row)
                        .map(last -> SiteListTable.insert(
                                handle,
                                site,
                                new Version(ids.next(), row, Change.REMOVED, Source.HAND, last.person(), author, at))));
    }

    @Override
    public Taken take(String site, List<Person> persons, String author, Instant now) {
        return write(now, (handle, ids, at) -> {
            Map<String, Version> byCard = new HashMap<>(); // asked, never walked
            Map<String, Version> byName = new HashMap<>(); // asked, never walked
            for (Version version : SiteListTable.rows(handle, site)) {
                version.person().card().ifPresent(card -> byCard.put(card.digits(), version));
                byName.putIfAbsent(key(version.person()), version);
            }
            int added = 0;
            int edited = 0;
            for (Person person : persons) {
                Optional<Version> last = person.card()
                        .map(card -> byCard.get(card.digits()))
                        .or(() -> Optional.ofNullable(byName.get(key(person)))
                                // Somebody of the same name with another card is another row; one whose card has come
                                // is not.
                                .filter(found -> found.person().card().isEmpty()
                                        || person.card().isEmpty()));
                long id = ids.next();
                if (last.isEmpty()) {
                    SiteListTable.insert(
                            handle, site, new Version(id, id, Change.ADDED, Source.CSV, person, author, at));
                    added++;
                } else if (!last.get().person().equals(person)) {
                    SiteListTable.insert(
                            handle,
                            site,
                            new Version(id, last.get().row(), Change.EDITED, Source.CSV, person, author, at));
                    edited++;
                }
            }
            return new Taken(added, edited, persons.size() - added - edited);
        });
    }

    private static String key(Person person) {
        return person.name() + "\n" + person.born() + "\n" + person.organisation();
    }

    @Override
    public List<Seen> seen(String site, Instant since, int limit) {
        return read(handle -> SiteListTable.seen(handle, site, since, limit));
    }

    @Override
    public void check(String site, String account, Instant now) {
        write(
                now,
                (handle, ids, at) -> handle.execute(
                        "INSERT INTO site_list_check (id, site, account, checked_at) VALUES (?, ?, ?, ?)",
                        ids.next(),
                        site,
                        account,
                        at));
    }

    @Override
    public Optional<Check> lastCheck(String site) {
        return read(handle -> handle.select(
                        "SELECT account, checked_at FROM site_list_check WHERE site = ? ORDER BY id DESC"
                                + " FETCH FIRST 1 ROWS ONLY",
                        site)
                .map((row, context) -> new Check(row.getString("account"), Instants.read(row, "checked_at", context)))
                .findOne());
    }

    @Override
    public NewLink makeLink(String site, Instant expiresAt, String by, Instant now) {
        String secret = Secrets.random();
        Instant end = expiresAt.truncatedTo(ChronoUnit.MILLIS);
        Link link = write(now, (handle, ids, at) -> {
            long id = ids.next();
            handle.execute(
                    "INSERT INTO site_list_link (id, site, secret_hash, made_by, made_at, expires_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    id,
                    site,
                    Secrets.sha256Hex(secret),
                    by,
                    at,
                    end);
            return new Link(id, site, by, at, end, Optional.empty(), Optional.empty());
        });
        return new NewLink(link, secret);
    }

    @Override
    public List<Link> links(String site, int limit) {
        return read(handle -> SiteListTable.links(handle, site, limit));
    }

    @Override
    public boolean revoke(String site, long link, String by, Instant now) {
        return write(
                now,
                (handle, ids, at) -> handle.execute(
                                "UPDATE site_list_link SET revoked_by = ?, revoked_at = ? WHERE id = ? AND site = ?"
                                        + " AND revoked_at IS NULL AND expires_at > ?",
                                by,
                                at,
                                link,
                                site,
                                at)
                        > 0);
    }

    @Override
    public Optional<Link> link(String secret) {
        return read(handle -> SiteListTable.link(handle, Secrets.sha256Hex(secret)));
    }

    private <T> T read(Function<Handle, T> work) {
        try {
            return database.jdbi().inTransaction(work::apply);
        } catch (JdbiException e) {
            throw new StorageException("the site's list cannot be read", e);
        }
    }

    /** Numbers for new rows. */
    private static final class Ids {
        private long last;

        Ids(long last) {
            this.last = last;
        }

        long next() {
            return ++last;
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T apply(Handle handle, Ids ids, Instant at);
    }

    private <T> T write(Instant now, Work<T> work) {
        T done;
        try {
            done = database.jdbi().inTransaction(handle -> {
                Ids ids = new Ids(handle.select("SELECT last_id FROM log_cursor WHERE name = 'site-list' FOR UPDATE")
                        .mapTo(Long.class)
                        .one());
                T result = work.apply(handle, ids, now.truncatedTo(ChronoUnit.MILLIS));
                handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'site-list'", ids.last);
                return result;
            });
        } catch (JdbiException e) {
            throw new StorageException("the site's list was not changed", e);
        }
        database.makeDurable();
        return done;
    }
}
