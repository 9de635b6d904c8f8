package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.adapter.sql.EpisodeTable.Episode;
import portvakt.server.adapter.sql.EpisodeTable.Kind;

/**
 * Compares where a gate says that its journal ends, and what it was told is committed, with what is committed here. Each difference
 * is said once, until it is over; it is over without a word, since what follows says more: the events come, or they fork.
 */
final class JournalEnds {

    private JournalEnds() {}

    /**
     * Cheap, for every status: whether it is worth to lock the log.
     *
     * @param endedAt where the status before it said that the journal ends: events overtake a status on their way, so that more may be
     *     committed than it tells of, but no later status ends before an earlier one
     */
    static boolean mayDisagree(Handle handle, GateAddress gate, GateStatus status, long endedAt) {
        return begins(handle, gate, status, endedAt, Kind.JOURNAL_WENT_BACK)
                || begins(handle, gate, status, endedAt, Kind.SERVER_WENT_BACK);
    }

    /** Also forgets a difference that is over. */
    private static boolean begins(Handle handle, GateAddress gate, GateStatus status, long endedAt, Kind kind) {
        Optional<Episode> found = find(handle, gate, status, endedAt, kind);
        if (found.isEmpty()) {
            EpisodeTable.end(handle, gate, kind);
        }
        return found.filter(episode -> isNews(handle, kind, episode)).isPresent();
    }

    private static boolean isNews(Handle handle, Kind kind, Episode episode) {
        return EpisodeTable.find(handle, episode.gate(), kind)
                .filter(known -> known.first() <= episode.first())
                .isEmpty();
    }

    private static Optional<Episode> find(Handle handle, GateAddress gate, GateStatus status, long endedAt, Kind kind) {
        if (kind == Kind.JOURNAL_WENT_BACK && status.getJournalLastSequence() >= endedAt) {
            return Optional.empty();
        }
        long committed = GateTable.progress(handle, gate)
                .map(GateTable.Progress::committed)
                .orElse(0L);
        long at = kind == Kind.JOURNAL_WENT_BACK ? status.getJournalLastSequence() : committed;
        long told = kind == Kind.JOURNAL_WENT_BACK ? committed : status.getAcknowledgedSequence();
        // The wire's numbers are unsigned; what is not a number here is no sequence.
        return at >= 0 && at < told ? Optional.of(new Episode(gate, at, told, Instant.EPOCH, true)) : Optional.empty();
    }

    /** What the log is to say; empty if it said it already. @param endedAt as above */
    static Optional<String> disagree(Handle handle, GateAddress gate, GateStatus status, long endedAt, Instant at) {
        List<String> said = new ArrayList<>();
        for (Kind kind : List.of(Kind.JOURNAL_WENT_BACK, Kind.SERVER_WENT_BACK)) {
            find(handle, gate, status, endedAt, kind)
                    .filter(episode -> isNews(handle, kind, episode))
                    .ifPresent(episode -> {
                        EpisodeTable.end(handle, gate, kind);
                        EpisodeTable.begin(handle, kind, new Episode(gate, episode.first(), episode.last(), at, true));
                        said.add(kind + ": " + detail(kind, episode));
                    });
        }
        return said.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", said));
    }

    private static String detail(Kind kind, Episode episode) {
        return kind == Kind.JOURNAL_WENT_BACK
                ? "the gate's journal ends at event " + episode.first() + ", but event " + episode.last()
                        + " of it was committed: its end was cut off, or its SD card put back"
                : "the gate was told that event " + episode.last()
                        + " was committed, but this database ends at event " + episode.first()
                        + ": it was put back from a backup; the gate sends again what it still has";
    }
}
