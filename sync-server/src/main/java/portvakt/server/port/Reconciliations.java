package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What came of each Token Status List that was pulled. Safe for any thread; each method is one transaction and throws
 * {@link StorageException} if the database is away.
 */
public interface Reconciliations {

    /** Most that one question is answered with. */
    int LIMIT_MAX = 200;

    enum State {
        /** The differences, if there were any, were applied. */
        APPLIED,
        /** A guard stopped it: a person has to look and confirm. */
        HELD,
        /** It was held, and a person let it through. */
        CONFIRMED,
        /** It was held, and a newer list came before anybody confirmed it. */
        SUPERSEDED,
        /** The list could not be had or was not believed. */
        REFUSED
    }

    /**
     * Counts alone, no card.
     *
     * @param entries       entries of the list that stand for a card
     * @param toValid       cards that were on our list and are valid on theirs
     * @param oursNewer     cards that differ, where ours became so after the list was issued; left as they are
     * @param unknownValues entries with a status that this program does not know; left as they are
     * @param outside       cards on our list that theirs has no entry for; left as they are
     */
    record Counts(
            long entries, int toValid, int toRevoked, int toSuspended, int oursNewer, int unknownValues, int outside) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);
    }

    /** @param cause why it was held or refused */
    record Reconciled(
            long id,
            Instant at,
            String list,
            String source,
            Optional<Instant> issuedAt,
            State state,
            Counts counts,
            Optional<String> cause,
            Optional<String> confirmedBy,
            Optional<Instant> confirmedAt) {}

    /**
     * Adds one. Whatever was held before is superseded by it, unless this one is REFUSED.
     *
     * @param token kept for a HELD one, so that it can be confirmed after a restart
     * @return its id
     */
    long add(Reconciled entry, Optional<byte[]> token);

    Optional<Reconciled> find(long id);

    /** The token of one that is HELD. */
    Optional<byte[]> heldToken(long id);

    /** @return false if it is not held any more */
    boolean confirm(long id, Counts counts, String by, Instant at);

    /** Newest first. */
    List<Reconciled> newest(int limit);

    /** The newest list from there that came to one of these. */
    Optional<Reconciled> newest(String list, String source, Set<State> states);
}
