package portvakt.server.port;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;

/**
 * The list that byggherreforskriften § 15 asks for: who is to perform work on a site. It has no passages and no times of anybody's. Rows
 * are never changed: a change adds a version, and the older ones stay until the list's time is over. Safe for any thread; each method
 * is one transaction and throws {@link StorageException} if the database is away.
 */
public interface SiteList {

    int NAME_CHARS_MAX = 200;
    int ADDRESS_CHARS_MAX = 300;

    /** Most rows that one site may have, the removed ones with them. */
    int ROWS_MAX = 20_000;

    /** How somebody is on the site. */
    enum Engagement {
        EMPLOYEE,
        /** Works on their own account: the employer is they themselves. */
        SOLE_TRADER,
        /** Hired in: another firm than the employer leads the work. */
        HIRED
    }

    /** The firm that has hired somebody in. */
    record Hirer(String name, OrganisationNumber organisation) {}

    /**
     * What the law asks of one person.
     *
     * @param organisation the employer's
     * @param hirer        there if {@code HIRED}, else empty
     * @param card         empty: on order
     */
    record Person(
            String name,
            LocalDate born,
            String employer,
            OrganisationNumber organisation,
            Engagement engagement,
            Optional<Hirer> hirer,
            Optional<CardNumber> card) {
        public Person {
            if (hirer.isPresent() != (engagement == Engagement.HIRED)) {
                throw new IllegalArgumentException("a hirer belongs to who is hired in, and to nobody else");
            }
        }
    }

    enum Change {
        ADDED,
        EDITED,
        REMOVED
    }

    /** Where a version came from. */
    enum Source {
        HAND,
        CSV,
        /** A gate read the name off a chip, and a person took it over. */
        GATE
    }

    /** @param row all versions of one row have the same */
    record Version(long id, long row, Change change, Source source, Person person, String author, Instant at) {}

    /**
     * What the law asks of the site beside its name.
     *
     * @param client  the building's client (byggherre)
     * @param endedOn the last day of the building work; empty: it goes on
     */
    record Facts(String address, String client, Optional<LocalDate> endedOn, String author, Instant at) {}

    /** Somebody whose chip told their name to a gate, and whose card is not on the list. */
    record Seen(CardNumber card, String name, Optional<String> employer) {}

    /** Somebody went through the list. */
    record Check(String account, Instant at) {}

    /** A link for an inspector, as it is listed: its secret was shown once. */
    record Link(
            long id,
            String site,
            String madeBy,
            Instant madeAt,
            Instant expiresAt,
            Optional<String> revokedBy,
            Optional<Instant> revokedAt) {

        public boolean opens(Instant now) {
            return revokedAt.isEmpty() && now.isBefore(expiresAt);
        }
    }

    /** @param secret for its address; shown now and never again */
    record NewLink(Link link, String secret) {}

    /** What became of a file of rows. */
    record Taken(int added, int edited, int unchanged) {}

    Optional<Facts> facts(String site);

    void state(String site, String address, String client, Optional<LocalDate> endedOn, String author, Instant now);

    /** The rows as they are now, by employer and name. */
    List<Version> rows(String site);

    /** All versions of a row, oldest first; empty if the site has no such row. */
    List<Version> versions(String site, long row);

    /** All versions of all rows that have or had a card's number, oldest first. */
    List<Version> versionsOf(String site, CardNumber card);

    /** @return the first version */
    Version add(String site, Person person, Source source, String author, Instant now);

    /** @return the new version; empty if the row is not there or was removed; the newest one if it says the same */
    Optional<Version> edit(String site, long row, Person person, String author, Instant now);

    /** It stays for its time, with who removed it. @return empty if the row is not there or was removed before */
    Optional<Version> remove(String site, long row, String author, Instant now);

    /**
     * Takes all of them or none: whoever is on the list, by card number, else by name, birth date and organisation, is edited, the
     * others are added.
     */
    Taken take(String site, List<Person> persons, String author, Instant now);

    /** Whom gates have named since then that are not on the list. */
    List<Seen> seen(String site, Instant since, int limit);

    void check(String site, String account, Instant now);

    Optional<Check> lastCheck(String site);

    NewLink makeLink(String site, Instant expiresAt, String by, Instant now);

    /** Newest first. */
    List<Link> links(String site, int limit);

    /** @return whether it opened until now */
    boolean revoke(String site, long link, String by, Instant now);

    /** The link of a secret, whether it still opens or not. */
    Optional<Link> link(String secret);
}
