package portvakt.server.web.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.LogEntry;

/**
 * One row of the console: an event, or a grant together with what became of it. Somebody who walks in is two events of a gate
 * within two seconds, and one row to a person who looks on.
 *
 * @param entry      what happened first
 * @param completion {@code AccessTaken} or {@code AccessNotTaken}, once it arrived
 */
public record Passage(LogEntry entry, Optional<LogEntry> completion) {

    /** Names an event within all gates: the key that a completion finds its grant by. */
    public record Key(String site, String gate, long sequence) {
        static Key of(LogEntry entry) {
            return new Key(entry.site(), entry.gate(), entry.sequence());
        }

        /** The grant that an event completes. */
        public static Optional<Key> completed(LogEntry entry) {
            return entry.grantedSequence().map(sequence -> new Key(entry.site(), entry.gate(), sequence));
        }
    }

    /** The row's key: the grant's, also where the grant itself is out of sight, so that both fall on one row. */
    public Key key() {
        return Key.completed(entry).orElseGet(() -> Key.of(entry));
    }

    /** The newest event in it. */
    public LogEntry newest() {
        return completion.orElse(entry);
    }

    /**
     * Joins grants with their completions.
     *
     * @param newestFirst as the log gives them
     * @return newest first, by the first event of each
     */
    public static List<Passage> join(List<LogEntry> newestFirst) {
        Map<Key, LogEntry> completions = new HashMap<>(); // looked up, never walked
        Set<Key> grants = new HashSet<>(); // looked up, never walked
        for (LogEntry entry : newestFirst) {
            if (entry.kind().equals("AccessGranted")) {
                grants.add(Key.of(entry));
            }
            Key.completed(entry).ifPresent(key -> completions.put(key, entry));
        }
        List<Passage> rows = new ArrayList<>();
        for (LogEntry entry : newestFirst) {
            Optional<Key> completed = Key.completed(entry);
            if (completed.isEmpty()) {
                rows.add(new Passage(entry, Optional.ofNullable(completions.get(Key.of(entry)))));
            } else if (!grants.contains(completed.get())) {
                rows.add(new Passage(entry, Optional.empty()));
            }
        }
        return rows;
    }
}
