package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import portvakt.server.port.SpreadLog;

/** Versions and reports as a test says they were, of one list. */
final class FakeSpreadLog implements SpreadLog {

    static final String LIST = "hms-kort";

    final List<Version> versions = new CopyOnWriteArrayList<>();
    final List<GateNow> gates = new CopyOnWriteArrayList<>();
    final List<Applied> applied = new CopyOnWriteArrayList<>();

    void issue(long version, Instant at, int keysChanged) {
        versions.add(new Version(1, version, at, keysChanged, 4_300));
    }

    void applied(String gate, long version, Instant reportedAt, Instant onlineSince) {
        Instant issued = version(LIST, version).orElseThrow().issuedAt();
        applied.add(new Applied(
                "bjorvika", gate, 1, version, issued, reportedAt.minusMillis(120), true, reportedAt, onlineSince));
    }

    /** A gate that has what it reported last. */
    void gate(
            String gate, boolean online, Instant onlineSince, Instant seen, String state, int damaged, long fetching) {
        Optional<Applied> newest = applied.stream()
                .filter(report -> report.gate().equals(gate))
                .max(Comparator.comparingLong(Applied::version));
        gates.add(new GateNow(
                "bjorvika",
                gate,
                online,
                Optional.of(onlineSince),
                Optional.of(seen),
                newest.map(report ->
                        new Reported(1, report.version(), report.issuedAt(), state, onlineSince, damaged, fetching)),
                newest,
                newest.map(Applied::issuedAt),
                Optional.empty()));
    }

    @Override
    public List<GateNow> gates(String list) {
        return list.equals(LIST) ? List.copyOf(gates) : List.of();
    }

    @Override
    public List<Version> versions(String list, Instant since) {
        return of(list).stream()
                .filter(version -> !version.issuedAt().isBefore(since))
                .toList();
    }

    @Override
    public Optional<Version> newestAt(String list, Instant at) {
        return of(list).stream()
                .filter(version -> !version.issuedAt().isAfter(at))
                .max(Comparator.comparingLong(Version::version));
    }

    @Override
    public Optional<Version> version(String list, long number) {
        return of(list).stream().filter(version -> version.version() == number).findAny();
    }

    @Override
    public List<Applied> applied(String list, Instant since) {
        return list.equals(LIST)
                ? applied.stream()
                        .filter(report -> !report.reportedAt().isBefore(since))
                        .toList()
                : List.of();
    }

    @Override
    public List<Applied> firstWith(String list, long version) {
        Map<String, Optional<Applied>> first = applied.stream()
                .filter(report -> report.version() >= version)
                .collect(Collectors.groupingBy(
                        Applied::gate, Collectors.minBy(Comparator.comparingLong(Applied::version))));
        return new ArrayList<>(first.values().stream().flatMap(Optional::stream).toList());
    }

    private List<Version> of(String list) {
        return list.equals(LIST) ? versions : List.of();
    }
}
