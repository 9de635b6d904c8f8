package portvakt.sim.rig;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.EventFacts;
import portvakt.sim.device.RelayChange;
import portvakt.sim.world.Violation;

/**
 * Whether a gate's relay was released with a grant in the journal alone, and no longer than it may be. A process that stands still (SIGSTOP)
 * cannot lock; how long it stood still is left out, since on a board the service manager's watchdog ends such a process.
 */
final class RelayWatch {

    /** For a machine that has too much to do. */
    private static final Duration SLACK = Duration.ofMillis(1_500);

    /** A grant is written and the relay switched at the same time; which comes first is not said. */
    private static final Duration GRANT_WITHIN = Duration.ofSeconds(5);

    private record Pause(long fromNs, long toNs) {}

    private final List<Pause> pauses = new ArrayList<>();
    private long stoppedNs;
    private boolean isStopped;
    /** Sequences of grants that have had their release. */
    private final TreeSet<Long> used = new TreeSet<>();

    private int seen;
    private long longestMs;

    synchronized void stopped() {
        isStopped = true;
        stoppedNs = System.nanoTime();
    }

    synchronized void resumed() {
        if (isStopped) {
            isStopped = false;
            pauses.add(new Pause(stoppedNs, System.nanoTime()));
        }
    }

    /** The longest release so far, pauses left out. */
    synchronized long longestMs() {
        return longestMs;
    }

    /** Looks at what is new. @param changes all so far; the relay is locked now */
    synchronized void check(
            String gate, Direction direction, List<RelayChange> changes, List<StoredJournal.Written> journal) {
        List<StoredJournal.Written> grants = journal.stream()
                .filter(event -> event.facts().hasAccessGranted() && !used.contains(event.sequence()))
                .toList();
        int next = 0;
        for (; seen + 1 < changes.size(); seen += 2) {
            RelayChange on = changes.get(seen);
            RelayChange off = changes.get(seen + 1);
            if (!on.on() || off.on()) {
                throw new Violation("the relay's changes are not in turn", gate + " at " + on.at());
            }
            length(gate, on, off);
            while (next < grants.size()
                    && isBefore(grants.get(next).facts(), on.at().minus(GRANT_WITHIN))) {
                next++;
            }
            if (next == grants.size()
                    || !isBefore(grants.get(next).facts(), on.at().plus(GRANT_WITHIN))) {
                throw new Violation("released without a grant", gate + " (" + direction + ") at " + on.at());
            }
            used.add(grants.get(next).sequence());
            next++;
        }
    }

    private static boolean isBefore(EventFacts facts, Instant time) {
        return facts.getOccurredAtMs() < time.toEpochMilli();
    }

    private void length(String gate, RelayChange on, RelayChange off) {
        long ns = off.nanos() - on.nanos();
        for (Pause pause : pauses) {
            ns -= Math.max(0, Math.min(off.nanos(), pause.toNs()) - Math.max(on.nanos(), pause.fromNs()));
        }
        long ms = ns / 1_000_000;
        longestMs = Math.max(longestMs, ms);
        long mostMs = RigGate.RELEASE_TIME.plus(RigGate.TURN_TIME).plus(SLACK).toMillis();
        if (ms > mostMs) {
            throw new Violation("released for too long", gate + ": " + ms + " ms, from " + on.at());
        }
    }
}
