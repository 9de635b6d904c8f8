package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import portvakt.server.list.Spread.VersionSpread;

/**
 * The delays of the last 24 hours' versions: time to the right, delay upwards on a logarithmic scale, a line from the median to the
 * longest of each version. Lengths are units of the picture.
 */
public record ChartView(String label, List<Rule> rules, List<Hour> hours, List<Case> cases) {

    public static final int WIDTH = 400;
    public static final int HEIGHT = 190;

    static final int LEFT = 52;
    static final int RIGHT = 8;
    static final int TOP = 10;
    static final int BOTTOM = 26;

    /** Most versions in one picture: more would be a blot. */
    static final int CASES_MAX = 300;

    private static final Duration WINDOW = Duration.ofHours(24);
    private static final long[] RULES_MS = {100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000};

    /** A delay on the scale. */
    public record Rule(int y, String text) {}

    /** A time of the day. */
    public record Hour(int x, String text) {}

    /** One version. */
    public record Case(int x, int medianY, int longestY) {}

    static ChartView of(List<VersionSpread> versions, Texts texts, Instant now, String label) {
        List<VersionSpread> shown = versions.stream()
                .filter(version -> version.delays().n() > 0)
                .sorted(Comparator.comparing(
                                (VersionSpread version) -> version.version().issuedAt())
                        .reversed())
                .limit(CASES_MAX)
                .toList();
        long longestMs = shown.stream()
                .mapToLong(version -> version.delays().maxMs().orElse(0L))
                .max()
                .orElse(0);
        int top = 2;
        while (top < RULES_MS.length - 1 && RULES_MS[top] < longestMs) {
            top++;
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i <= top; i++) {
            rules.add(new Rule(y(RULES_MS[i], RULES_MS[top]), ticks(texts, RULES_MS[i])));
        }
        List<Hour> hours = new ArrayList<>();
        for (int back = 24; back >= 0; back -= 6) {
            Instant at = now.minus(Duration.ofHours(back));
            hours.add(new Hour(x(at, now), texts.hourAndMinute(at)));
        }
        long ceilingMs = RULES_MS[top];
        return new ChartView(
                label,
                rules,
                hours,
                shown.stream()
                        .map(version -> new Case(
                                x(version.version().issuedAt(), now),
                                y(version.delays().p50Ms().orElse(0L), ceilingMs),
                                y(version.delays().maxMs().orElse(0L), ceilingMs)))
                        .toList());
    }

    private static String ticks(Texts texts, long ms) {
        return ms < 1_000 ? texts.delay(ms) : texts.duration(Duration.ofMillis(ms));
    }

    private static int x(Instant at, Instant now) {
        double part = 1 - (double) Duration.between(at, now).toMillis() / WINDOW.toMillis();
        return LEFT + (int) Math.round(Math.clamp(part, 0, 1) * (WIDTH - LEFT - RIGHT));
    }

    private static int y(long ms, long ceilingMs) {
        double floor = Math.log(RULES_MS[0]);
        double part = (Math.log(Math.max(ms, RULES_MS[0])) - floor) / (Math.log(ceilingMs) - floor);
        return HEIGHT - BOTTOM - (int) Math.round(Math.min(1, part) * (HEIGHT - TOP - BOTTOM));
    }
}
