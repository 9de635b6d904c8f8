package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.v1.SitePolicy;

/**
 * What people have set for sites while the server runs, in the place of what the settings file says. Rows are only ever added; a
 * site's newest one counts. Safe for any thread; each method is one transaction and throws {@link StorageException}.
 */
public interface PolicyChanges {

    int REASON_CHARS_MAX = 300;

    /** @param policy without version and time of issue; empty: from then on the settings file counts again */
    record Change(long id, String site, Optional<SitePolicy> policy, String author, String reason, Instant at) {}

    /**
     * Returns after it is committed to disk; the gates hear of it right after.
     *
     * @param policy of that site, which has been checked; empty: the settings file counts again
     * @param author an account's name
     */
    void add(String site, Optional<SitePolicy> policy, String author, String reason, Instant now);

    List<Change> newestFirst(String site, int limit);

    /** The policies that count in the place of the file's, by site. */
    Map<String, SitePolicy> inForce();
}
