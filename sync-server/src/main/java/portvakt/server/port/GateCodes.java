package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;

/** The one-time codes by which gates are let in. Safe for any thread. */
public interface GateCodes {

    /** So many wrong tries void a code. */
    int TRIES_MAX = 5;

    /** What has become of a code. */
    enum Condition {
        OPEN,
        USED,
        EXPIRED,
        WITHDRAWN,
        /** Too often somebody tried a wrong secret that begins like its own. */
        TRIED_OUT
    }

    /** @param usedKey SHA-256 of the public key that was certified by it, hexadecimal */
    record Code(
            long id,
            GateAddress gate,
            Direction direction,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            int tries,
            Optional<Instant> usedAt,
            Optional<String> usedKey,
            Optional<Instant> withdrawnAt) {

        public Condition condition(Instant now) {
            if (usedAt.isPresent()) {
                return Condition.USED;
            }
            if (withdrawnAt.isPresent()) {
                return Condition.WITHDRAWN;
            }
            if (tries >= TRIES_MAX) {
                return Condition.TRIED_OUT;
            }
            return now.isBefore(expiresAt) ? Condition.OPEN : Condition.EXPIRED;
        }
    }

    /**
     * A code to be kept.
     *
     * @param name what tries are counted by
     * @param hash of its secret
     */
    record Fresh(
            GateAddress gate,
            Direction direction,
            String name,
            String hash,
            String createdBy,
            Instant createdAt,
            Instant expiresAt) {}

    /** A code, and the hash of its secret. */
    record Hashed(Code code, String hash) {}

    /** Keeps a code. Those of the same gate that are open are withdrawn: the one who made the newest means that one. */
    Code add(Fresh fresh);

    /** Codes whose secret begins so, the newest first. */
    List<Hashed> named(String name);

    /** Counts a wrong try. */
    void tried(long id);

    /** The newest codes of a site. */
    List<Code> newest(String site, int limit);

    /** @return false if the site has no such code, or it was not open */
    boolean withdraw(String site, long id, String by, Instant now);
}
