package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import portvakt.protocol.CardNumber;

/**
 * Whose data is frozen (GDPR Article 18): kept and shown as such, and neither removed nor relied on. Safe for any thread; each method is
 * one transaction and throws {@link StorageException}.
 */
public interface Restrictions {

    int REASON_CHARS_MAX = 500;

    /** @param liftedBy empty as long as it holds */
    record Restriction(
            long id,
            String site,
            CardNumber card,
            String reason,
            String author,
            Instant since,
            Optional<String> liftedBy,
            Optional<Instant> liftedAt) {}

    /** Those that hold on a site now. */
    SortedMap<CardNumber, Restriction> frozen(String site);

    /** @return the one that holds already, if one does */
    Restriction freeze(String site, CardNumber card, String reason, String author, Instant now);

    /** @return whether one held */
    boolean lift(String site, CardNumber card, String author, Instant now);

    /** All that held or hold for a person, oldest first. */
    List<Restriction> ofPerson(String site, CardNumber card);
}
