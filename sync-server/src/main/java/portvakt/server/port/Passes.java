package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassNumber;

/**
 * The passes that were issued. What takes one back is its number on its site's list ({@link CardRegister}). Safe for any thread;
 * each method is one transaction and throws {@link StorageException} if the database is away.
 */
public interface Passes {

    /** Most characters of a note. */
    int NOTE_CHARS_MAX = 200;

    /** Most characters of the name of who issues. */
    int AUTHOR_CHARS_MAX = 100;

    /**
     * @param id          rises with each pass
     * @param note        whom it is for, or empty; never leaves the server
     * @param withdrawnAt when its site's list began to name it, if it does
     */
    record Issued(long id, Pass pass, String note, String by, Instant issuedAt, Optional<Instant> withdrawnAt) {

        /** Whether its code still opens at some time. */
        public boolean isOpen(Instant now) {
            return withdrawnAt.isEmpty() && now.isBefore(pass.validUntil());
        }
    }

    /** Returns after it is committed to disk. @param by who issues it */
    Issued issue(Pass pass, String note, String by, Instant now);

    Optional<Issued> find(String site, PassNumber number);

    /** Newest first. @param before only those with a lower id @param limit at most so many */
    List<Issued> list(String site, long before, int limit);
}
