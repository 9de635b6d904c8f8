package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;

/** The card status lists that the server issues. Safe for any thread. */
public interface Lists {

    /** @param headHex the signed head as gates get it, hexadecimal */
    record PublishedList(
            String list,
            int epoch,
            long version,
            int revokedCount,
            int suspendedCount,
            Instant issuedAt,
            Instant expiresAt,
            String headHex) {}

    Optional<PublishedList> find(String list);
}
