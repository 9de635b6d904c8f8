package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which versions of the lists were issued, and which gates reported them when. Safe for any thread; blocks for the database. */
public interface SpreadLog {

    /** Most versions, and most applications, in one answer: the newest of them. */
    int VERSIONS_MAX = 2_000;

    int APPLIED_MAX = 250_000;

    /**
     * A version that was issued.
     *
     * @param issuedAt    when it was signed, by the server's clock
     * @param keysChanged cards that it adds or removes
     * @param count       cards in it
     */
    record Version(int epoch, long version, Instant issuedAt, int keysChanged, int count) {}

    /**
     * The first time that a gate reported a version.
     *
     * @param issuedAt          as the gate said, from the signed head
     * @param appliedAt         by the gate's clock
     * @param clockSynchronised whether that clock was synchronised
     * @param reportedAt        by the server's clock, when the report came in
     * @param onlineSince       by the server's clock, when the connection began that it came by
     */
    record Applied(
            String site,
            String gate,
            int epoch,
            long version,
            Instant issuedAt,
            Instant appliedAt,
            boolean clockSynchronised,
            Instant reportedAt,
            Instant onlineSince) {}

    /**
     * What a gate says of a list now.
     *
     * @param version         0: it has none
     * @param state           {@code FRESH}, {@code GRACE}, {@code STALE}, {@code NONE}; {@code UNSPECIFIED} by a gate that does not
     *                        say; {@code DAMAGED} where buckets do not prove
     * @param stateSince      since when, by the server's clock
     * @param fetchingVersion the snapshot that it is fetching, 0: none
     */
    record Reported(
            int epoch,
            long version,
            Instant issuedAt,
            String state,
            Instant stateSince,
            int damagedBuckets,
            long fetchingVersion) {}

    /**
     * A gate, and how it is with one list.
     *
     * @param onlineSince     when its present connection began
     * @param reported        empty: it has never named the list
     * @param newest          when it first reported the highest version that it ever did
     * @param newestIssuedAt  when that version was issued; empty if the server does not know any more
     * @param lagSince        since when an alarm is under way
     */
    record GateNow(
            String site,
            String gate,
            boolean online,
            Optional<Instant> onlineSince,
            Optional<Instant> lastSeen,
            Optional<Reported> reported,
            Optional<Applied> newest,
            Optional<Instant> newestIssuedAt,
            Optional<Instant> lagSince) {}

    /**
     * The gates that are meant to have a list, in the order of their names. Of a site's own list, {@code site-<site>}, those gates of
     * that site that ever named it: the others are not set up for it. Else all.
     */
    List<GateNow> gates(String list);

    /** What was issued at that time or later, oldest first. */
    List<Version> versions(String list, Instant since);

    /** The newest version that was issued at that time or earlier. */
    Optional<Version> newestAt(String list, Instant at);

    Optional<Version> version(String list, long version);

    /** What was reported at that time or later, in no order. */
    List<Applied> applied(String list, Instant since);

    /** For each gate the first report of that version or a later one. */
    List<Applied> firstWith(String list, long version);
}
