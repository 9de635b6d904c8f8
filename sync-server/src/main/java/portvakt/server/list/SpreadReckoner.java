package portvakt.server.list;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.list.Spread.Condition;
import portvakt.server.list.Spread.Counts;
import portvakt.server.list.Spread.GateSpread;
import portvakt.server.list.Spread.Slowest;
import portvakt.server.list.Spread.VersionSpread;
import portvakt.server.port.SpreadLog.Applied;
import portvakt.server.port.SpreadLog.GateNow;
import portvakt.server.port.SpreadLog.Reported;
import portvakt.server.port.SpreadLog.Version;

/** Reckons a {@link Spread} from what was issued and what was reported. Pure; belongs to one thread. */
public final class SpreadReckoner {

    /** How far back delays are counted. */
    public static final Duration WINDOW = Duration.ofHours(24);

    private final SpreadLimits limits;
    private final Instant now;
    private final List<GateNow> gates;
    /** For each gate its reports by version; a version that it passed over is found by the next one above. */
    private final Map<GateAddress, NavigableMap<Long, Applied>> reports =
            new TreeMap<>(Comparator.comparing(GateAddress::site).thenComparing(GateAddress::gate));

    private final List<Long> live = new ArrayList<>();
    /** By gate and by when it came back: how long until it had all that it had missed. */
    private final Map<Return, Long> catchUp = new TreeMap<>(
            Comparator.comparing(Return::site).thenComparing(Return::gate).thenComparing(Return::at));

    private Optional<Slowest> slowest = Optional.empty();

    private record Return(String site, String gate, Instant at) {}

    private SpreadReckoner(SpreadLimits limits, Instant now, List<GateNow> gates, List<Applied> applied) {
        this.limits = limits;
        this.now = now;
        this.gates = gates;
        for (GateNow gate : gates) {
            reports.put(new GateAddress(gate.site(), gate.gate()), new TreeMap<>());
        }
        for (Applied report : applied) {
            NavigableMap<Long, Applied> ofGate = reports.get(new GateAddress(report.site(), report.gate()));
            if (ofGate != null) {
                ofGate.merge(report.version(), report, SpreadReckoner::earlier);
            }
        }
    }

    private static Applied earlier(Applied a, Applied b) {
        return b.reportedAt().isBefore(a.reportedAt()) ? b : a;
    }

    /**
     * @param newest   the newest version of all
     * @param due      see {@link Lag#of}
     * @param versions those whose delays count, in any order
     * @param applied  what was reported since the oldest of them was issued
     */
    public static Spread reckon(
            String list,
            Optional<Version> newest,
            Optional<Version> due,
            List<Version> versions,
            List<GateNow> gates,
            List<Applied> applied,
            SpreadLimits limits,
            Instant now) {
        SpreadReckoner reckoner = new SpreadReckoner(limits, now, gates, applied);
        List<VersionSpread> spreads = versions.stream()
                .sorted(Comparator.comparingLong(Version::version).reversed())
                .map(reckoner::version)
                .toList();
        List<GateSpread> each =
                gates.stream().map(gate -> reckoner.gate(gate, newest, due)).toList();
        return new Spread(
                list,
                now,
                newest,
                counts(each),
                delays(reckoner.live),
                delays(List.copyOf(reckoner.catchUp.values())),
                reckoner.slowest,
                each,
                spreads);
    }

    /** One version alone. */
    public static VersionSpread version(
            Version version, List<GateNow> gates, List<Applied> applied, SpreadLimits limits, Instant now) {
        return new SpreadReckoner(limits, now, gates, applied).version(version);
    }

    private VersionSpread version(Version version) {
        List<Long> delays = new ArrayList<>();
        int have = 0;
        Optional<Instant> lastAt = Optional.empty();
        for (GateNow gate : gates) {
            Map.Entry<Long, Applied> found =
                    reports.get(new GateAddress(gate.site(), gate.gate())).ceilingEntry(version.version());
            boolean has = versionOf(gate) >= version.version();
            if (has) {
                have++;
            }
            if (found != null) {
                Applied report = found.getValue();
                if (has
                        && lastAt.filter(last -> !report.reportedAt().isAfter(last))
                                .isEmpty()) {
                    lastAt = Optional.of(report.reportedAt());
                }
                count(version, gate, report.reportedAt(), report.onlineSince(), delays, false);
            } else if (!has && gate.online()) {
                Instant since = gate.onlineSince().orElse(version.issuedAt());
                Instant from = since.isAfter(version.issuedAt()) ? since : version.issuedAt();
                // One that still waits counts with its wait so far, but not before that is worth a word: else each
                // version
                // would begin with as many short delays as there are gates.
                if (from.plus(limits.lagAfter()).isBefore(now)) {
                    count(version, gate, now, since, delays, true);
                }
            }
        }
        return new VersionSpread(version, have, gates.size(), lastAt, delays(delays));
    }

    private void count(
            Version version, GateNow gate, Instant until, Instant onlineSince, List<Long> delays, boolean waiting) {
        if (onlineSince.isAfter(version.issuedAt())) {
            catchUp.merge(new Return(gate.site(), gate.gate(), onlineSince), between(onlineSince, until), Math::max);
            return;
        }
        long delayMs = between(version.issuedAt(), until);
        live.add(delayMs);
        delays.add(delayMs);
        if (slowest.filter(known -> known.delayMs() >= delayMs).isEmpty()) {
            slowest = Optional.of(new Slowest(gate.site(), gate.gate(), version.version(), delayMs, waiting));
        }
    }

    private GateSpread gate(GateNow gate, Optional<Version> newest, Optional<Version> due) {
        Optional<Reported> reported = gate.reported();
        long version = versionOf(gate);
        long behind = newest.map(head -> Math.max(0, head.version() - version)).orElse(0L);
        Optional<Applied> last = gate.newest();
        boolean caughtUp = last.isPresent()
                && gate.newestIssuedAt()
                        .filter(issued -> last.get().onlineSince().isAfter(issued))
                        .isPresent();
        Optional<Long> delay = last.flatMap(report -> gate.newestIssuedAt()
                .map(issued -> between(caughtUp ? report.onlineSince() : issued, report.reportedAt())));
        Optional<Instant> issuedAt = reported.filter(list -> list.version() > 0).map(Reported::issuedAt);
        return new GateSpread(
                gate.site(),
                gate.gate(),
                condition(gate, behind, due),
                gate.online(),
                gate.lastSeen(),
                reported.map(Reported::epoch).orElse(0),
                version,
                reported.map(Reported::state).orElse("NONE"),
                issuedAt,
                issuedAt.map(issued -> between(issued, now)),
                behind,
                delay,
                caughtUp,
                last.filter(Applied::clockSynchronised)
                        .flatMap(report -> gate.newestIssuedAt().map(issued -> between(issued, report.appliedAt()))),
                reported.map(Reported::damagedBuckets).orElse(0),
                reported.map(Reported::fetchingVersion).orElse(0L));
    }

    private Condition condition(GateNow gate, long behind, Optional<Version> due) {
        if (!gate.online()) {
            boolean longAgo = gate.lastSeen()
                    .filter(seen -> seen.plus(limits.offlineAfter()).isAfter(now))
                    .isEmpty();
            return longAgo ? Condition.AWAY : Condition.OFFLINE;
        }
        return Lag.of(gate, due, limits, now)
                .map(cause -> switch (cause) {
                    case NONE -> Condition.NONE;
                    case DAMAGED -> Condition.DAMAGED;
                    case STALE -> Condition.STALE;
                    case GRACE -> Condition.GRACE;
                    case BEHIND -> Condition.LAGS;
                })
                .orElse(behind > 0 || versionOf(gate) == 0 ? Condition.UPDATING : Condition.NEWEST);
    }

    private static Counts counts(List<GateSpread> gates) {
        int online = 0;
        int onlineAtNewest = 0;
        int offlineAtNewest = 0;
        int lagging = 0;
        for (GateSpread gate : gates) {
            boolean atNewest = gate.version() > 0 && gate.behind() == 0;
            online += gate.online() ? 1 : 0;
            onlineAtNewest += gate.online() && atNewest ? 1 : 0;
            offlineAtNewest += !gate.online() && atNewest ? 1 : 0;
            lagging += gate.condition().compareTo(Condition.LAGS) <= 0 ? 1 : 0;
        }
        return new Counts(gates.size(), online, gates.size() - online, onlineAtNewest, offlineAtNewest, lagging);
    }

    private static long versionOf(GateNow gate) {
        return gate.reported().map(Reported::version).orElse(0L);
    }

    /** A clock that was set back makes no delay negative. */
    private static long between(Instant from, Instant until) {
        return Math.max(0, Duration.between(from, until).toMillis());
    }

    private static Delays delays(List<Long> cases) {
        return Delays.of(cases.stream().mapToLong(Long::longValue).toArray());
    }
}
