package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.web.view.GateHealthView.Problem;

/** Puts what gates tell of themselves into the words of one language: what is wrong, why, and what to do. Immutable. */
public final class GateWording {

    /** Fewer are on their way at any moment. */
    static final long BACKLOG_MIN = 100;

    /** A Raspberry Pi slows itself down from 80 °C on, and more so at 85 °C (Raspberry Pi documentation, "Frequency management"). */
    static final int WARM_MILLICELSIUS = 80_000;

    static final int HOT_MILLICELSIUS = 85_000;

    static final long DISK_LOW_BYTES = 500_000_000;
    static final long DISK_FULL_BYTES = 100_000_000;
    static final Duration CERTIFICATE_WARNED = Duration.ofDays(30);

    private static final long MEGABYTE = 1_000_000;
    private static final long GIGABYTE = 1_000_000_000;
    private static final List<String> WORST_FIRST = List.of("bad", "warn", "good");

    private final Texts texts;
    private final Instant now;
    private final Function<String, Optional<Long>> published;
    private final long enrolmentsVersion;

    /**
     * @param published         the newest version of a list
     * @param enrolmentsVersion the newest of the site's table of enrolments
     */
    public GateWording(Texts texts, Instant now, Function<String, Optional<Long>> published, long enrolmentsVersion) {
        this.texts = texts;
        this.now = now;
        this.published = published;
        this.enrolmentsVersion = enrolmentsVersion;
    }

    /** @param certificateUntil of each gate; empty where it is not known */
    public GateHealthView health(
            List<Gate> gates, Function<Gate, Optional<Instant>> certificateUntil, Function<Gate, String> url) {
        List<GateHealthView.Row> rows = gates.stream()
                .map(gate -> row(gate, certificateUntil.apply(gate), url.apply(gate)))
                .sorted(Comparator.comparingInt((GateHealthView.Row row) -> WORST_FIRST.indexOf(row.css()))
                        .thenComparing(GateHealthView.Row::name))
                .toList();
        long troubled = rows.stream().filter(row -> !row.css().equals("good")).count();
        return new GateHealthView(
                texts, asOf(), gates.isEmpty() ? "" : texts.text("health.sum", gates.size(), troubled), rows);
    }

    private String asOf() {
        return texts.text("list.as-of", texts.time(now));
    }

    private GateHealthView.Row row(Gate gate, Optional<Instant> certificateUntil, String url) {
        List<Problem> problems = problems(gate, certificateUntil);
        String css = problems.stream().anyMatch(problem -> problem.css().equals("bad"))
                ? "bad"
                : problems.isEmpty() ? "good" : "warn";
        return new GateHealthView.Row(
                gate.gate(), url, texts.text("direction." + gate.direction()), css, state(gate), facts(gate), problems);
    }

    private String state(Gate gate) {
        return gate.online()
                ? texts.text("gate.online")
                : gate.lastSeen()
                        .map(seen -> texts.text("gate.silent", texts.duration(Duration.between(seen, now))))
                        .orElseGet(() -> texts.text("gate.never"));
    }

    private List<String> facts(Gate gate) {
        List<String> facts = new ArrayList<>();
        gate.lists()
                .forEach(list -> facts.add(texts.text(
                        "gate.list",
                        list.list(),
                        list.version(),
                        texts.duration(Duration.between(list.issuedAt(), now)))));
        facts.add(texts.text("health.queue", backlog(gate)));
        gate.vitals().temperatureMillicelsius().ifPresent(value -> facts.add(degrees(value)));
        return facts;
    }

    private static long backlog(Gate gate) {
        return Math.max(0, gate.journalLast() - gate.committed());
    }

    private String degrees(int millicelsius) {
        return texts.text("health.degrees", Math.round(millicelsius / 1000.0));
    }

    private String bytes(long bytes) {
        return bytes < GIGABYTE
                ? texts.text("health.megabytes", bytes / MEGABYTE)
                : texts.text("health.gigabytes", bytes / (double) GIGABYTE);
    }

    /** The worst first. */
    private List<Problem> problems(Gate gate, Optional<Instant> certificateUntil) {
        List<Problem> problems = new ArrayList<>();
        if (!gate.online()) {
            problems.add(problem("bad", gate.lastSeen().isEmpty() ? "never" : "silent"));
        }
        if (gate.lists().isEmpty()) {
            problems.add(problem("bad", "no-list"));
        }
        gate.lists().forEach(list -> list(gate, list).ifPresent(problems::add));
        for (Device device : gate.devices()) {
            if (!device.ready()) {
                problems.add(problem("warn", "device", device.name()));
            }
        }
        gate.journalDaysLeft()
                .filter(days -> days < Wording.JOURNAL_DAYS_MIN)
                .ifPresent(days -> problems.add(problem(days < 1 ? "bad" : "warn", "journal", days)));
        if (gate.online() && backlog(gate) >= BACKLOG_MIN) {
            problems.add(problem("warn", "backlog", backlog(gate)));
        }
        if (!gate.clockTrust().endsWith("SYNCHRONISED")) {
            problems.add(problem("warn", "clock"));
        }
        gate.vitals()
                .enrolmentsVersion()
                .filter(version -> gate.online() && version < enrolmentsVersion)
                .ifPresent(version -> problems.add(problem("warn", "enrolments", enrolmentsVersion - version)));
        gate.vitals()
                .temperatureMillicelsius()
                .filter(value -> value >= WARM_MILLICELSIUS)
                .ifPresent(value ->
                        problems.add(problem(value >= HOT_MILLICELSIUS ? "bad" : "warn", "warm", degrees(value))));
        gate.vitals()
                .diskFreeBytes()
                .filter(bytes -> bytes < DISK_LOW_BYTES)
                .ifPresent(
                        bytes -> problems.add(problem(bytes < DISK_FULL_BYTES ? "bad" : "warn", "disk", bytes(bytes))));
        certificateUntil
                .filter(until -> until.isBefore(now.plus(CERTIFICATE_WARNED)))
                .ifPresent(until -> problems.add(problem(
                        until.isBefore(now) ? "bad" : "warn",
                        until.isBefore(now) ? "certificate-over" : "certificate",
                        texts.date(until))));
        problems.sort(Comparator.comparingInt(problem -> WORST_FIRST.indexOf(problem.css())));
        return problems;
    }

    private Optional<Problem> list(Gate gate, AppliedList list) {
        return switch (list.state()) {
            case "NONE" -> Optional.of(problem("bad", "list-none", list.list()));
            case "DAMAGED" -> Optional.of(problem("bad", "list-damaged", list.list()));
            case "STALE" -> Optional.of(problem("bad", "list-stale", list.list(), age(list)));
            case "GRACE" -> Optional.of(problem("warn", "list-grace", list.list(), age(list)));
            default ->
                behind(list) > 0 && gate.online()
                        ? Optional.of(problem("warn", "list-behind", list.list(), behind(list)))
                        : Optional.empty();
        };
    }

    private String age(AppliedList list) {
        return texts.duration(Duration.between(list.issuedAt(), now));
    }

    private long behind(AppliedList list) {
        return Math.max(0, published.apply(list.list()).orElse(list.version()) - list.version());
    }

    private Problem problem(String css, String key, Object... arguments) {
        return new Problem(
                css,
                texts.text("health." + key + ".title", arguments),
                texts.text("health." + key + ".cause", arguments),
                texts.text("health." + key + ".remedy", arguments));
    }

    public GatePageView.Detail detail(Gate gate, Optional<Instant> certificateUntil) {
        List<GatePageView.Fact> facts = new ArrayList<>();
        facts.add(fact("seen", gate.lastSeen().map(this::moment).orElse(texts.text("gate.never"))));
        gate.vitals().startedAt().ifPresent(at -> facts.add(fact("started", moment(at))));
        facts.add(fact("firmware", gate.firmware().isEmpty() ? "–" : gate.firmware()));
        facts.add(fact("clock", texts.text("health.clock." + clock(gate))));
        facts.add(fact("backlog", texts.text("health.queue", backlog(gate))));
        gate.journalDaysLeft().ifPresent(days -> facts.add(fact("journal", texts.text("health.days", days))));
        gate.vitals()
                .enrolmentsVersion()
                .ifPresent(version ->
                        facts.add(fact("enrolments", texts.text("health.version-of", version, enrolmentsVersion))));
        gate.vitals()
                .policyVersion()
                .ifPresent(version -> facts.add(fact(
                        "policy",
                        version == 0 ? texts.text("health.policy.own") : texts.text("list.version", version))));
        gate.vitals().temperatureMillicelsius().ifPresent(value -> facts.add(fact("temperature", degrees(value))));
        gate.vitals().diskFreeBytes().ifPresent(value -> facts.add(fact("disk", bytes(value))));
        certificateUntil.ifPresent(until -> facts.add(fact("certificate", texts.date(until))));
        return new GatePageView.Detail(
                texts,
                asOf(),
                row(gate, certificateUntil, ""),
                facts,
                gate.lists().stream().map(this::line).toList(),
                gate.devices().stream().map(this::device).toList());
    }

    private static String clock(Gate gate) {
        return gate.clockTrust().endsWith("SYNCHRONISED")
                ? "SYNCHRONISED"
                : gate.clockTrust().endsWith("BOUNDED_BELOW") ? "BOUNDED_BELOW" : "UNKNOWN";
    }

    private GatePageView.Fact fact(String key, String value) {
        return new GatePageView.Fact(texts.text("health.fact." + key), value);
    }

    private String moment(Instant at) {
        return texts.moment(at, now);
    }

    private GatePageView.ListLine line(AppliedList list) {
        List<String> facts = new ArrayList<>();
        facts.add(texts.text("list.version", list.version()));
        facts.add(texts.text("health.list-age", age(list)));
        if (behind(list) > 0) {
            facts.add(texts.text("health.list-behind.short", behind(list)));
        }
        if (list.fetchingVersion() > 0) {
            facts.add(texts.text("list.gate.fetching", list.fetchingVersion()));
        }
        if (list.damagedBuckets() > 0) {
            facts.add(texts.text("list.gate.damaged", list.damagedBuckets()));
        }
        String state = texts.has("health.list." + list.state()) ? list.state() : "UNSPECIFIED";
        String css = switch (state) {
            case "FRESH" -> "good";
            case "GRACE", "UNSPECIFIED" -> "warn";
            default -> "bad";
        };
        return new GatePageView.ListLine(list.list(), css, texts.text("health.list." + state), facts);
    }

    private GatePageView.Device device(Device device) {
        return new GatePageView.Device(
                device.name(),
                device.ready() ? "good" : "warn",
                texts.text(device.ready() ? "health.device.ready" : "health.device.lost"),
                device.detail());
    }
}
