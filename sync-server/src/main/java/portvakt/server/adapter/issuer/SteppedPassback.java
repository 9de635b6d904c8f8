package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import portvakt.protocol.CardNumber;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Gates;
import portvakt.server.port.LogEntry;
import portvakt.server.port.NewsPublisher;
import portvakt.server.port.StorageException;

/**
 * Tells one site's gates who has left, as {@link PassbackIssuer} does, in rounds that somebody else does on one thread. For simulations of
 * the server together with gates. Not thread-safe.
 */
public final class SteppedPassback {

    private final PassbackIssuance issuance;
    private final InstantSource clock;

    /**
     * @param forgets how long an entry is remembered
     * @param run     another in each run of the program
     */
    public SteppedPassback(
            String site,
            Duration forgets,
            byte[] run,
            ListKeys keys,
            EntryLog log,
            Gates gates,
            NewsPublisher publisher,
            InstantSource clock) {
        this.issuance = new PassbackIssuance(site, forgets, run, keys, log, gates, publisher);
        this.clock = clock;
    }

    /** Whether a round is due at once after this row. */
    public static boolean rings(LogEntry committed) {
        return PassbackIssuance.mayTellOfLeaving(committed);
    }

    /** Of whom no event tells: a round is due at once. */
    public void left(CardNumber card) {
        issuance.left(card);
    }

    /** What the issuer's thread does in one round. @return how long it then waits for the next, if nothing rings before */
    public Duration round() {
        try {
            issuance.round(clock.instant());
        } catch (StorageException e) {
            // Nobody is denied until the database is back: the gates hear nothing.
            return PassbackIssuer.BEAT;
        }
        return PassbackIssuer.BEAT;
    }
}
