package portvakt.server.port;

import java.time.Instant;
import java.util.Set;
import portvakt.protocol.CardNumber;

/**
 * Removes what is kept no longer, but for passages, which {@link Erasure} takes out. Bounded transactions: a gate's events never wait
 * long. Doing it twice does no harm, so whoever was interrupted begins again. Safe for any thread; throws {@link StorageException}.
 */
public interface Retention {

    /** Whether anybody but those excepted is in what the site has of before that time. */
    boolean hasPassages(String site, Instant before, Set<CardNumber> except);

    /** Empties what could not be read and may hold anybody. @return how many */
    int quarantine(String site, Instant before);

    /** Forgets whom passes were for that ended before that. @return how many */
    int passNotes(String site, Instant endedBefore, Set<CardNumber> except);

    /** Removes all versions of all rows of the site's list, its checks and its links. @return how many versions */
    int siteList(String site, Set<CardNumber> except);

    /** Removes what became of requests that were closed before that, and restrictions that were lifted. @return how many */
    int cases(String site, Instant closedBefore, Set<CardNumber> except);
}
