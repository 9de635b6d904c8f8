package portvakt.server.list;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.SpreadLog.Version;

/**
 * How far a list has spread: which gates have which version, and how long the versions of the last 24 hours took. What each figure
 * means is in docs/spread.md.
 *
 * @param newest   the newest version that was issued
 * @param live     delays of the gates that were online when the version was issued, from the issue to the gate's report
 * @param catchUp  of those that were not: each return once, from when the gate came back until it had what it had missed
 * @param slowest  the longest of {@code live}
 * @param gates    in the order of their names
 * @param versions of the last 24 hours, newest first
 */
public record Spread(
        String list,
        Instant asOf,
        Optional<Version> newest,
        Counts counts,
        Delays live,
        Delays catchUp,
        Optional<Slowest> slowest,
        List<GateSpread> gates,
        List<VersionSpread> versions) {

    /**
     * @param gates           that are meant to have the list
     * @param onlineAtNewest  online, and they have the newest version
     * @param offlineAtNewest silent now, and they had it when last heard of
     * @param lagging         online, and an alarm is due or under way
     */
    public record Counts(int gates, int online, int offline, int onlineAtNewest, int offlineAtNewest, int lagging) {
        /** How many have the newest version, silent or not. */
        public int atNewest() {
            return onlineAtNewest + offlineAtNewest;
        }
    }

    /** @param waiting it has not got the version yet: that long so far */
    public record Slowest(String site, String gate, long version, long delayMs, boolean waiting) {}

    /** How a gate is, in one word; what needs somebody most comes first. */
    public enum Condition {
        NONE,
        DAMAGED,
        STALE,
        GRACE,
        /** Has not got the newest version in time. */
        LAGS,
        /** Silent for longer than the limit. */
        AWAY,
        /** Silent. */
        OFFLINE,
        /** Has not got the newest version, and still has time. */
        UPDATING,
        NEWEST
    }

    /**
     * @param version         0: none
     * @param state           of the list, as the gate says
     * @param issuedAt        when the list it decides by was last signed
     * @param ageMs           how long ago that is
     * @param behind          versions that were issued since
     * @param delayMs         of the newest version that it reported, by the server's clock alone; see {@code caughtUp}
     * @param caughtUp        it was not online when that version was issued: {@code delayMs} counts from when it came back
     * @param gateClockDelayMs from issue to use, by the gate's clock; empty where that was not synchronised
     */
    public record GateSpread(
            String site,
            String gate,
            Condition condition,
            boolean online,
            Optional<Instant> lastSeen,
            int epoch,
            long version,
            String state,
            Optional<Instant> issuedAt,
            Optional<Long> ageMs,
            long behind,
            Optional<Long> delayMs,
            boolean caughtUp,
            Optional<Long> gateClockDelayMs,
            int damagedBuckets,
            long fetchingVersion) {}

    /**
     * One version.
     *
     * @param have   gates that have it or a later one, silent ones too
     * @param gates  that are meant to have it
     * @param lastAt when the last of those that have it reported so
     * @param delays of the gates that were online when it was issued
     */
    public record VersionSpread(Version version, int have, int gates, Optional<Instant> lastAt, Delays delays) {}
}
