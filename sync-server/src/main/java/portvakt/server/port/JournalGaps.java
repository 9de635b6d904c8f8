package portvakt.server.port;

import java.time.Instant;

/** Events that are missing in what a gate has sent, while later ones are there. Safe for any thread. */
public interface JournalGaps {

    /**
     * Writes an alarm for each gap that began by a time and of which nothing was said. That it is closed is said by whoever takes
     * the missing events.
     *
     * @return how many alarms were written
     * @throws StorageException if the database is away
     */
    int sayThoseSince(Instant begunBy, Instant now);
}
