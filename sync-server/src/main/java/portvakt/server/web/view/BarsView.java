package portvakt.server.web.view;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars side by side, each of one part or of two that stand on each other, as a picture. Lengths are units of the picture; all
 * values from 0 up.
 *
 * @param label what a screen reader says in the picture's place
 */
public record BarsView(String label, List<Rule> rules, List<Tick> ticks, List<Bar> bars) {

    public static final int WIDTH = 400;
    public static final int HEIGHT = 170;

    static final int LEFT = 34;
    static final int RIGHT = 6;
    static final int TOP = 10;
    static final int BOTTOM = 22;

    private static final int RULES = 4;

    /** A value on the scale. */
    public record Rule(int y, String text) {}

    /** What stands below. */
    public record Tick(double x, String text) {}

    /** @param css {@code lower} or {@code upper} */
    public record Bar(double x, double y, double width, double height, String css) {}

    /** One column. @param tick what stands below it, or empty */
    public record Column(String tick, long lower, long upper) {}

    static BarsView of(String label, List<Column> columns) {
        long top = columns.stream()
                .mapToLong(column -> column.lower + column.upper)
                .max()
                .orElse(0);
        long step = step(top);
        long ceiling = Math.max(step, (top + step - 1) / step * step);
        List<Rule> rules = new ArrayList<>();
        for (long value = 0; value <= ceiling; value += step) {
            rules.add(new Rule((int) Math.round(y(value, ceiling)), Long.toString(value)));
        }
        double width = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, columns.size());
        double gap = Math.min(3, width * 0.2);
        List<Tick> ticks = new ArrayList<>();
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            double x = LEFT + i * width;
            if (!column.tick.isEmpty()) {
                ticks.add(new Tick(round(x + width / 2), column.tick));
            }
            add(bars, x + gap / 2, width - gap, 0, column.lower, ceiling, "lower");
            add(bars, x + gap / 2, width - gap, column.lower, column.upper, ceiling, "upper");
        }
        return new BarsView(label, rules, ticks, bars);
    }

    private static void add(List<Bar> bars, double x, double width, long below, long value, long ceiling, String css) {
        if (value > 0) {
            double y = y(below + value, ceiling);
            bars.add(new Bar(round(x), round(y), round(width), round(y(below, ceiling) - y), css));
        }
    }

    /** 1, 2 or 5 times a power of ten, so that a handful of them reach the top. */
    static long step(long top) {
        long power = 1;
        while (true) {
            for (long factor : new long[] {1, 2, 5}) {
                if (top <= factor * power * RULES) {
                    return factor * power;
                }
            }
            power *= 10;
        }
    }

    private static double y(long value, long ceiling) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (double) value / ceiling);
    }

    private static double round(double length) {
        return Math.round(length * 10) / 10.0;
    }
}
