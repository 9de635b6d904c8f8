package portvakt.server.port;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.CardNumber;

/**
 * What is held against rows that stay as they are: the original and the correction are shown together. Safe for any thread; each method
 * is one transaction and throws {@link StorageException}.
 */
public interface RowCorrections {

    int WORDS_CHARS_MAX = 1000;

    /** Which kind of row. */
    enum About {
        LOG,
        LIST
    }

    /** @param row an id of the entry log, or a row of the site's list */
    record Correction(
            long id, String site, CardNumber card, About about, long row, String words, String author, Instant at) {}

    /** @return empty if that is no row of that person's on that site */
    Optional<Correction> add(
            String site, CardNumber card, About about, long row, String words, String author, Instant now);

    /** All of a person, oldest first. */
    List<Correction> correctionsOf(String site, CardNumber card);

    /** Those of some rows, by row, oldest first. */
    Map<Long, List<Correction>> of(About about, Collection<Long> rows);
}
