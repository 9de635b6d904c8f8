package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import portvakt.server.list.Spread;
import portvakt.server.list.Spread.Condition;
import portvakt.server.list.Spread.GateSpread;
import portvakt.server.list.Spread.VersionSpread;
import portvakt.server.port.Lists.PublishedList;
import portvakt.server.web.view.SpreadView.Figure;
import portvakt.server.web.view.SpreadView.GateRow;
import portvakt.server.web.view.SpreadView.Note;
import portvakt.server.web.view.SpreadView.Reach;
import portvakt.server.web.view.SpreadView.VersionRow;

/** Puts the spread of a list into the words of one language. Immutable. */
public final class SpreadWording {

    /** Rows of a page that follows; what needs somebody comes first. */
    public static final int GATES_SHOWN = 100;

    private static final int VERSIONS_SHOWN = 12;

    private final Texts texts;
    private final Instant now;

    public SpreadWording(Texts texts, Instant now) {
        this.texts = texts;
        this.now = now;
    }

    public ListsView.Line line(String name, Spread spread) {
        List<String> facts = new ArrayList<>();
        spread.newest()
                .ifPresentOrElse(
                        version -> {
                            facts.add(texts.text("list.version", version.version()));
                            facts.add(texts.text(
                                    "list.issued-ago", texts.duration(Duration.between(version.issuedAt(), now))));
                        },
                        () -> facts.add(texts.text("list.none-issued")));
        spread.live().p99Ms().ifPresent(ms -> facts.add(texts.text("list.p99", texts.delay(ms))));
        if (spread.counts().lagging() > 0) {
            facts.add(texts.text("list.lagging", spread.counts().lagging()));
        }
        return new ListsView.Line(
                name,
                "/lists/" + name,
                css(spread),
                texts.text(
                        "list.reach",
                        spread.counts().atNewest(),
                        spread.counts().gates()),
                facts);
    }

    /** As bad as its worst gate. */
    private static String css(Spread spread) {
        return spread.gates().stream()
                .map(GateSpread::condition)
                .min(Comparator.naturalOrder())
                .map(SpreadWording::css)
                .orElse("calm");
    }

    /** @param more where all gates are shown; empty if this is there */
    public SpreadView spread(Spread spread, Optional<PublishedList> published, String more) {
        boolean severalSites =
                spread.gates().stream().map(GateSpread::site).distinct().count() > 1;
        List<GateRow> gates = spread.gates().stream()
                .sorted(Comparator.comparing(GateSpread::condition)
                        .thenComparing(
                                Comparator.comparingLong(GateSpread::behind).reversed()))
                .limit(more.isEmpty() ? Long.MAX_VALUE : GATES_SHOWN)
                .map(gate -> row(gate, severalSites))
                .toList();
        Optional<ChartView> chart =
                spread.versions().stream().anyMatch(version -> version.delays().n() > 0)
                        ? Optional.of(ChartView.of(spread.versions(), texts, now, chartLabel(spread)))
                        : Optional.empty();
        return new SpreadView(
                texts,
                texts.text("list.as-of", texts.time(now)),
                spread.newest().map(version -> texts.text("list.version", version.version())),
                issued(spread, published),
                contents(published),
                reach(spread),
                notes(spread),
                figures(spread),
                delayNotes(spread, severalSites),
                chart,
                gates,
                spread.gates().size() > gates.size() ? more : "",
                spread.versions().stream().limit(VERSIONS_SHOWN).map(this::row).toList());
    }

    private String chartLabel(Spread spread) {
        return texts.text(
                "list.chart.label",
                spread.versions().size(),
                spread.live().p50Ms().map(texts::delay).orElse("–"),
                spread.live().maxMs().map(texts::delay).orElse("–"));
    }

    private List<String> issued(Spread spread, Optional<PublishedList> published) {
        List<String> lines = new ArrayList<>();
        spread.newest()
                .ifPresent(version -> lines.add(texts.text(
                        "list.issued",
                        texts.moment(version.issuedAt(), now),
                        texts.duration(Duration.between(version.issuedAt(), now)))));
        published.ifPresent(list -> {
            lines.add(texts.text("list.signed", texts.moment(list.issuedAt(), now)));
            lines.add(texts.text(
                    list.expiresAt().isAfter(now) ? "list.expires" : "list.expired",
                    texts.moment(list.expiresAt(), now)));
        });
        return lines;
    }

    private List<Figure> contents(Optional<PublishedList> published) {
        return published
                .map(list -> List.of(
                        new Figure(number(list.revokedCount()), texts.text("list.revoked")),
                        new Figure(number(list.suspendedCount()), texts.text("list.suspended"))))
                .orElse(List.of());
    }

    private Reach reach(Spread spread) {
        Spread.Counts counts = spread.counts();
        return new Reach(
                number(counts.atNewest()),
                texts.text("list.reach.of", counts.gates()),
                part(counts.onlineAtNewest(), counts.gates()),
                part(counts.offlineAtNewest(), counts.gates()),
                texts.text("list.reach", counts.atNewest(), counts.gates()));
    }

    /** Hundredths, rounded down so that a bar is full only when nobody is missing. */
    private static int part(int some, int all) {
        return all == 0 ? 0 : (int) (100L * some / all);
    }

    private List<Note> notes(Spread spread) {
        Spread.Counts counts = spread.counts();
        List<Note> notes = new ArrayList<>();
        if (counts.lagging() > 0) {
            notes.add(new Note("warn", texts.text("list.lagging", counts.lagging())));
        }
        int waiting = counts.online() - counts.onlineAtNewest();
        if (waiting > 0) {
            notes.add(new Note("calm", texts.text("list.waiting", waiting)));
        }
        if (counts.offline() > 0) {
            notes.add(new Note(
                    "silent",
                    texts.text("list.silent", counts.offline(), counts.offline() - counts.offlineAtNewest())));
        }
        if (notes.isEmpty() && counts.gates() > 0) {
            notes.add(new Note("good", texts.text("list.all-have-it")));
        }
        return notes;
    }

    private List<Figure> figures(Spread spread) {
        List<Figure> figures = new ArrayList<>();
        spread.live().p50Ms().ifPresent(ms -> figures.add(new Figure(texts.delay(ms), texts.text("list.figure.p50"))));
        spread.live().p99Ms().ifPresent(ms -> figures.add(new Figure(texts.delay(ms), texts.text("list.figure.p99"))));
        return figures;
    }

    private List<String> delayNotes(Spread spread, boolean severalSites) {
        List<String> notes = new ArrayList<>();
        if (spread.live().n() == 0) {
            notes.add(texts.text("list.delays.none"));
        } else {
            notes.add(texts.text(
                    "list.delays.n", spread.live().n(), spread.versions().size()));
        }
        spread.slowest()
                .ifPresent(slowest -> notes.add(texts.text(
                        slowest.waiting() ? "list.delays.waiting" : "list.delays.slowest",
                        name(slowest.site(), slowest.gate(), severalSites),
                        texts.delay(slowest.delayMs()),
                        slowest.version())));
        if (spread.catchUp().n() > 0) {
            notes.add(texts.text(
                    "list.delays.catch-up",
                    spread.catchUp().n(),
                    spread.catchUp().p50Ms().map(texts::delay).orElse("–"),
                    spread.catchUp().maxMs().map(texts::delay).orElse("–")));
        }
        return notes;
    }

    private GateRow row(GateSpread gate, boolean severalSites) {
        List<String> notes = new ArrayList<>();
        if (gate.damagedBuckets() != 0) {
            notes.add(texts.text("list.gate.damaged", gate.damagedBuckets()));
        }
        if (gate.fetchingVersion() > 0) {
            notes.add(texts.text("list.gate.fetching", gate.fetchingVersion()));
        }
        return new GateRow(
                name(gate.site(), gate.gate(), severalSites),
                css(gate.condition()),
                texts.text("list.condition." + gate.condition()),
                gate.version() == 0 ? "–" : texts.text("list.version", gate.version()),
                gate.version() == 0 ? "–" : number(gate.behind()),
                gate.ageMs().map(ms -> texts.duration(Duration.ofMillis(ms))).orElse("–"),
                gate.delayMs()
                        .map(ms ->
                                gate.caughtUp() ? texts.text("list.gate.caught-up", texts.delay(ms)) : texts.delay(ms))
                        .orElse("–"),
                gate.lastSeen().map(seen -> texts.moment(seen, now)).orElseGet(() -> texts.text("gate.never")),
                notes);
    }

    private VersionRow row(VersionSpread version) {
        return new VersionRow(
                texts.text("list.version", version.version().version()),
                texts.moment(version.version().issuedAt(), now),
                number(version.version().keysChanged()),
                texts.text("list.have", version.have(), version.gates()),
                version.delays().p50Ms().map(texts::delay).orElse("–"),
                version.delays().maxMs().map(texts::delay).orElse("–"));
    }

    private static String css(Condition condition) {
        return switch (condition) {
            case NONE, DAMAGED, STALE, AWAY -> "bad";
            case GRACE, LAGS -> "warn";
            case OFFLINE -> "silent";
            case UPDATING -> "calm";
            case NEWEST -> "good";
        };
    }

    private static String name(String site, String gate, boolean severalSites) {
        return severalSites ? site + " / " + gate : gate;
    }

    private String number(long number) {
        return texts.text("list.number", number);
    }
}
