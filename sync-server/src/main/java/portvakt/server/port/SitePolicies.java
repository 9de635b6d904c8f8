package portvakt.server.port;

import java.time.Instant;

/** Numbers the policies of sites. Safe for any thread; each method is one transaction and throws {@link StorageException}. */
public interface SitePolicies {

    /** @param version 1 for a site's first policy, and one more with each other content */
    record Numbered(long version, Instant issuedAt) {}

    /**
     * The number of a site's policy; what it tells is on the disk, so no other content ever gets the same.
     *
     * @param contentHash SHA-256 of the policy, hexadecimal
     * @param now         time of issue, if it is another content than the last
     */
    Numbered number(String site, String contentHash, Instant now);
}
