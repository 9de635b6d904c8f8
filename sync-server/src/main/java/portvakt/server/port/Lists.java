package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The card status lists that the server issues. Safe for any thread. */
public interface Lists {

    /** What the name of a site's own list begins with. */
    String SITE_PREFIX = "site-";

    /**
     * @param count          cards in the list
     * @param lastCheckpoint the newest version that can be fetched whole, 0 before the first
     * @param headHex        the signed head as gates get it, hexadecimal
     */
    record PublishedList(
            String list,
            int epoch,
            long version,
            int revokedCount,
            int suspendedCount,
            int count,
            long lastCheckpoint,
            Instant issuedAt,
            Instant expiresAt,
            String headHex) {}

    /** Empty too while a list of that name has no version yet. */
    Optional<PublishedList> find(String list);

    /** Of all lists that this server issues; the register's first. */
    List<String> names();

    /** Statuses that a list is made of may have changed: they were committed. Does not block; other names are ignored. */
    void changed(String list);
}
