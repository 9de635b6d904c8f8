package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/**
 * Which card number a chip's UID stands for, site by site: what a gate goes by where only the UID can be read. One UID has one
 * card at a site, and one card one UID. Safe for any thread; each method is one transaction and throws {@link StorageException}
 * if the database is away.
 */
public interface Enrolments {

    /** Most bindings of one site: the signed table of so many still fits into one message to the gates. */
    int SITE_MAX = 7_500;

    /** Most characters of the name of who binds or unbinds. */
    int AUTHOR_CHARS_MAX = 100;

    /** A binding that lasts. @param by who made it */
    record Enrolment(Uid uid, CardNumber card, String by, Instant since) {}

    /**
     * A site's bindings, in the order of the UIDs' digits.
     *
     * @param version 0 before the first change, and one more with each since
     */
    record Table(String site, long version, List<Enrolment> enrolments) {
        public Table {
            enrolments = List.copyOf(enrolments);
        }
    }

    /** What to do where UID or card is bound otherwise. */
    enum OnConflict {
        REFUSE,
        /** End the bindings that are in the way, in the same transaction. */
        REPLACE
    }

    /** What became of a wish to bind. */
    sealed interface Binding {
        /** Committed to disk; a new version goes to the gates. @param replaced whether other bindings ended by it */
        record Bound(Enrolment enrolment, long version, boolean replaced) implements Binding {}

        /** It was bound so already; nothing changed. */
        record Unchanged(Enrolment enrolment, long version) implements Binding {}

        /** The UID is bound to another card, and nothing changed. */
        record UidTaken(Enrolment by) implements Binding {}

        /** The card is bound to another UID, and nothing changed. */
        record CardTaken(Enrolment by) implements Binding {}

        /** The UID is drawn anew at each read ({@link Uid#isRandom}) and names nobody. */
        record RandomUid() implements Binding {}

        /** The site has {@link #SITE_MAX} bindings already. */
        record SiteFull() implements Binding {}
    }

    /** Returns after the change is committed to disk; does not wait for the gates. @param by who binds, for the history */
    Binding bind(String site, Uid uid, CardNumber card, OnConflict onConflict, String by, Instant now);

    /**
     * Ends a binding; its row stays in the history. Returns after the change is committed to disk.
     *
     * @return whether there was one
     */
    boolean unbind(String site, Uid uid, String by, Instant now);

    /** What it tells is on the disk: no power cut takes back a version that somebody was told. */
    Table list(String site);

    /** The sites that ever had a binding, and the version of each. Not all of it need be on the disk yet. */
    Map<String, Long> versions();
}
