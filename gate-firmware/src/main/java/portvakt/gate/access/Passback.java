package portvakt.gate.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;

/**
 * Who went in here and has certainly not left the site since (anti-passback).
 *
 * <p>An entrance sees nobody leave. It knows who has left from the server's news, and it knows that nobody else has only as long as no
 * news was missed. When it may have missed some, whoever went in before may have left, and is forgotten: nobody is locked out by
 * what a gate does not know. So a gate that is offline, or has just started, takes nobody for inside.
 *
 * <p>Counts in uptime, so that no step of the clock makes an entry older. Not thread-safe. Does no I/O.
 */
public final class Passback {

    /** The server tells something every 5 s; without news for longer than this, some were missed. */
    public static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    /** News that are older when they come, or that were played back, say nothing of now. */
    static final Duration LATE_MAX = Duration.ofSeconds(15);

    static final int ENTRIES_MAX = 20_000;

    /**
     * What the server tells.
     *
     * @param run      of the server's program
     * @param sequence 1, 2, 3 … in the run
     * @param forgets  an entry longer ago counts no more
     * @param complete whether nobody can have left since the news before whom these do not name
     * @param departed who may enter
     */
    public record News(
            String run, long sequence, Instant issuedAt, Duration forgets, boolean complete, Set<CardNumber> departed) {
        public News {
            departed = Set.copyOf(departed); // looked up, never walked in an order that matters
        }
    }

    private final SequencedMap<CardNumber, Long> enteredNs = new LinkedHashMap<>();
    private Optional<News> last = Optional.empty();
    private long heardNs;

    /** The holder of the card went in here. */
    public void entered(CardNumber card, GateTime now) {
        enteredNs.remove(card);
        enteredNs.put(card, now.uptimeNs());
        if (enteredNs.size() > ENTRIES_MAX) {
            enteredNs.pollFirstEntry();
        }
    }

    /** Somebody left whom nobody knows, as in a fire: it may have been anybody. */
    public void somebodyLeft() {
        enteredNs.clear();
    }

    public void heard(News news, GateTime now) {
        boolean known = last.filter(before -> before.run().equals(news.run())).isPresent();
        if (known && news.sequence() <= last.orElseThrow().sequence()) {
            // Delivered twice (QoS 1), or played back.
            return;
        }
        boolean follows =
                known && news.sequence() == last.orElseThrow().sequence() + 1 && !isSilent(now) && isOfNow(news, now);
        if (!follows || !news.complete()) {
            somebodyLeft();
        }
        new TreeSet<>(news.departed()).forEach(enteredNs::remove);
        last = Optional.of(news);
        heardNs = now.uptimeNs();
    }

    /** Whether the holder of the card is inside beyond doubt. */
    public boolean isInside(CardNumber card, GateTime now) {
        Long at = enteredNs.get(card);
        return at != null
                && last.filter(News::complete)
                        .filter(news -> isOfNow(news, now))
                        .filter(news -> now.uptimeNs() - at <= news.forgets().toNanos())
                        .isPresent()
                && !isSilent(now);
    }

    private boolean isSilent(GateTime now) {
        return now.uptimeNs() - heardNs > SILENCE_MAX.toNanos();
    }

    private static boolean isOfNow(News news, GateTime now) {
        return now.isTrusted()
                && Duration.between(news.issuedAt(), now.wall()).abs().compareTo(LATE_MAX.plus(SILENCE_MAX)) <= 0;
    }
}
