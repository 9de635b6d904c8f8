package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import portvakt.server.port.JournalGaps;
import portvakt.server.port.StorageException;

/** The gaps that the ingest left, in the database. */
public final class SqlJournalGaps implements JournalGaps {

    private static final EpisodeTable.Kind GAP = EpisodeTable.Kind.JOURNAL_GAP;

    private final Database database;
    private final LogFeed feed;

    public SqlJournalGaps(Database database, SqlEntryLog log) {
        this.database = database;
        this.feed = log.feed();
    }

    @Override
    public int sayThoseSince(Instant begunBy, Instant now) {
        List<EpisodeTable.Episode> unsaid;
        try {
            unsaid = database.jdbi().withHandle(handle -> EpisodeTable.unsaid(handle, GAP, begunBy));
        } catch (JdbiException e) {
            throw new StorageException("the gaps cannot be read", e);
        }
        int said = 0;
        for (EpisodeTable.Episode episode : unsaid) {
            if (AlarmRows.write(database, feed, episode.gate(), now, handle -> {
                // Whoever is here is alone with the log: the gap is still there as it is read now, or it is not there.
                Optional<EpisodeTable.Episode> still =
                        EpisodeTable.find(handle, episode.gate(), GAP).filter(found -> !found.said());
                still.ifPresent(gap -> EpisodeTable.change(handle, episode.gate(), GAP, gap.first(), gap.last(), true));
                return still.map(gap -> GAP + ": "
                        + (gap.first() == gap.last()
                                ? "event " + gap.first() + " is missing since "
                                : "events " + gap.first() + " to " + gap.last() + " are missing since ")
                        + gap.since() + "; later ones are here");
            })) {
                said++;
            }
        }
        return said;
    }
}
