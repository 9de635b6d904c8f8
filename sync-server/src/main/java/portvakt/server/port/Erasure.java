package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.CardNumber;

/**
 * Takes persons out of what is stored of events. The events stay, with what happened, when and where; and so does the proof, which
 * covers a salted commitment to the person. Safe for any thread; blocks for as long as it takes.
 */
public interface Erasure {

    /**
     * Who is to be forgotten.
     *
     * @param card   empty: everybody
     * @param before by the gates' clocks; empty: whenever it was. Never both empty
     * @param except who stays, where it is everybody
     */
    record Scope(String site, Optional<CardNumber> card, Optional<Instant> before, Set<CardNumber> except) {

        public Scope(String site, Optional<CardNumber> card, Optional<Instant> before) {
            this(site, card, before, Set.of());
        }

        public Scope {
            except = Set.copyOf(except);
            if (card.isEmpty() && before.isEmpty()) {
                throw new IllegalArgumentException("an erasure needs a card or a date");
            }
        }
    }

    /** What became of it. */
    sealed interface Outcome {
        /**
         * @param rows        rows of the entry log, and with them events
         * @param presence    whether anybody was taken out of the list of who was last where
         * @param quarantined quarantined payloads
         */
        record Erased(int rows, boolean presence, int quarantined) implements Outcome {}

        /** The holder of the card is on site, and a list of whom to look for in a fire must not lose anybody. Nothing was erased. */
        record OnSite() implements Outcome {}
    }

    /**
     * Erases, and adds to the audit who ordered it and why, without the card's whole number. Doing it twice does no harm.
     *
     * @throws StorageException if the database is away; a part may be erased by then, and doing it again does the rest
     */
    Outcome erase(Scope scope, String account, String reason, Instant now);
}
