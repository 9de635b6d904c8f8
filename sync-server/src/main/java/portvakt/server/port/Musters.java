package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Roll calls: who has to be looked for after an alarm, and who has been found. Safe for any thread; each method is one transaction
 * and throws {@link StorageException}; what it changes is on the disk when it returns.
 */
public interface Musters {

    int NAME_CHARS_MAX = 200;

    /** Most people added by hand to one muster. */
    int BY_HAND_MAX = 500;

    /** @param endedAt empty while it is under way */
    record Muster(
            long id,
            String site,
            boolean drill,
            Instant startedAt,
            String startedBy,
            Optional<Instant> endedAt,
            Optional<String> endedBy) {
        public boolean isUnderWay() {
            return endedAt.isEmpty();
        }
    }

    /** Why somebody is on the list. */
    enum Source {
        /** A gate saw them come in. */
        GATE,
        /** Somebody has stated that they are there. */
        STATED,
        /** A gate saw them come in a moment ago, and the log does not have it yet. */
        LIVE,
        /** A rule has taken them for gone in the last day; nobody saw them leave. */
        CHECKED_OUT,
        /** Written down by hand at the muster point: somebody without a card. */
        BY_HAND
    }

    /** That somebody was found, or was not after all. */
    record Tick(boolean found, Instant at, String by) {}

    /** What gates or people say since the list was made: that somebody had left. @param gate empty: stated */
    record Left(Instant at, Optional<String> gate) {}

    /**
     * Somebody on the list.
     *
     * @param since when they came; empty where nobody knows
     * @param tick  the newest
     * @param left  gates may report a way out late; it is no tick, since a card can leave without its holder
     */
    record Person(
            long id,
            Source source,
            Optional<String> cardNumber,
            Optional<String> holderName,
            Optional<String> employerName,
            Optional<String> gate,
            Optional<Instant> since,
            Optional<Tick> tick,
            Optional<Left> left) {
        public boolean isFound() {
            return tick.map(Tick::found).orElse(false);
        }
    }

    /** Begins one with everybody who is on site, and those whom a rule took for gone in the last day. Returns the one under way if there is one. */
    Muster start(String site, boolean drill, String by, Instant now);

    Optional<Muster> find(long id);

    Optional<Muster> underWay(String site);

    /** Newest first. */
    List<Muster> newest(String site, int limit);

    /**
     * Everybody on the list, in the order of employers and names. Whoever turns out to be on site comes onto it while the muster is
     * under way.
     */
    List<Person> people(Muster muster, Instant now);

    /** @return false if the muster has no such person, or is over */
    boolean tick(Muster muster, long person, boolean found, String by, Instant now);

    /** Somebody who was found at the muster point and is on no list. @return false if the muster is over, or full */
    boolean add(Muster muster, String name, String by, Instant now);

    /** @return false if it is over already */
    boolean end(Muster muster, String by, Instant now);
}
