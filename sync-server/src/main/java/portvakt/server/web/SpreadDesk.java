package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.server.list.Spread;
import portvakt.server.list.SpreadLimits;
import portvakt.server.list.SpreadReckoner;
import portvakt.server.port.Sites;
import portvakt.server.port.SpreadLog;
import portvakt.server.port.SpreadLog.Version;

/** What API and pages need to tell how a list spreads. Safe for any thread; blocks for the database. */
public record SpreadDesk(SpreadLog log, SpreadLimits limits) {

    /** Of these sites' gates and the versions of the last 24 hours. */
    Spread of(String list, Sites sites, Instant now) {
        Instant since = now.minus(SpreadReckoner.WINDOW);
        List<Version> versions = log.versions(list, since);
        // A clock that was set back would otherwise hide what was issued by the clock before it.
        Optional<Version> newest = versions.isEmpty() ? log.newestAt(list, now) : Optional.of(versions.getLast());
        return SpreadReckoner.reckon(
                list,
                newest,
                log.newestAt(list, now.minus(limits.lagAfter())),
                versions,
                gates(list, sites),
                applied(log.applied(list, since), sites),
                limits,
                now);
    }

    /** Of one version; empty if the server did not issue it or does not know any more. */
    Optional<Spread.VersionSpread> of(String list, long version, Sites sites, Instant now) {
        return log.version(list, version)
                .map(known -> SpreadReckoner.version(
                        known, gates(list, sites), applied(log.firstWith(list, version), sites), limits, now));
    }

    private List<SpreadLog.GateNow> gates(String list, Sites sites) {
        return log.gates(list).stream()
                .filter(gate -> sites.include(gate.site()))
                .toList();
    }

    private static List<SpreadLog.Applied> applied(List<SpreadLog.Applied> all, Sites sites) {
        return all.stream().filter(each -> sites.include(each.site())).toList();
    }

    /** How old a figure at the metrics may be. */
    static final Duration FIGURES_AGE_MAX = Duration.ofSeconds(5);
}
