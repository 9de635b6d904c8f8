package portvakt.gate.status;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import portvakt.protocol.Topics;

/** Asks for the retained deltas that lead on from where a gate is, while it is behind. Belongs to its {@link ListReplica}. */
final class DeltaPursuit {

    /** How long a live delta may be on its way behind its head. */
    static final Duration WAIT = Duration.ofSeconds(2);

    /** Asked for so often in vain, it is taken as gone and a snapshot is looked for, beside it. */
    static final int TRIES_MAX = 3;

    static final Duration WAIT_IN_VAIN = Duration.ofSeconds(30);

    private final String list;
    private OptionalLong waitingSinceNs = OptionalLong.empty();
    private int tries;
    /** Versions whose delta has a subscription of its own. */
    private final Set<Long> asked = new TreeSet<>();

    DeltaPursuit(String list) {
        this.list = list;
    }

    /** A new connection knows nothing of the subscriptions of the last. */
    void connected() {
        asked.clear();
        progressed();
    }

    /** A delta came, or the list is at the head, or at another place altogether. */
    void progressed() {
        tries = 0;
        waitingSinceNs = OptionalLong.empty();
    }

    /** Whether no delta seems to lead on. */
    boolean isInVain() {
        return tries > TRIES_MAX;
    }

    /**
     * The list is behind.
     *
     * @param atOnce whether a delta that comes must have been published already
     */
    void behind(long from, boolean atOnce, long nowNs, List<ListEffect> out) {
        if (waitingSinceNs.isEmpty()) {
            waitingSinceNs = OptionalLong.of(nowNs);
            if (atOnce) {
                ask(from, nowNs, out);
            }
        }
    }

    /** The list is behind, and time has passed. */
    void tickBehind(long from, long nowNs, List<ListEffect> out) {
        Duration wait = isInVain() ? WAIT_IN_VAIN : WAIT;
        if (waitingSinceNs.isPresent() && nowNs - waitingSinceNs.getAsLong() >= wait.toNanos()) {
            ask(from, nowNs, out);
        }
    }

    private void ask(long from, long nowNs, List<ListEffect> out) {
        tries = Math.min(tries + 1, TRIES_MAX + 1);
        waitingSinceNs = OptionalLong.of(nowNs);
        asked.add(from);
        out.add(new ListEffect.Subscribe(Topics.delta(list, from), true));
    }

    /** The list is at the head, and what led there has been acknowledged. */
    void tickAtHead(List<ListEffect> out) {
        asked.forEach(from -> out.add(new ListEffect.Unsubscribe(Topics.delta(list, from))));
        asked.clear();
    }
}
