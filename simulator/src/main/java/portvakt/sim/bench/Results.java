package portvakt.sim.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was measured, one line a structure, grouped by size and measure. */
final class Results {

    /** @param size how much there was of what is counted */
    record Line(int size, String measure, String structure, Figures figures, Figures.Unit unit) {}

    private static final String COLUMNS = "%-12s %-34s %-28s %12s  %-27s %9s%n";

    private final String counted;
    private final List<Line> lines = new ArrayList<>();

    /** For card lists. */
    Results() {
        this("cards");
    }

    /** @param counted what sizes are numbers of */
    Results(String counted) {
        this.counted = counted;
    }

    void add(int size, String measure, String structure, Figures figures, Figures.Unit unit) {
        lines.add(new Line(size, measure, structure, figures, unit));
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    Optional<Figures> find(int size, String measure, String structure) {
        return lines.stream()
                .filter(line -> line.size() == size
                        && line.measure().equals(measure)
                        && line.structure().equals(structure))
                .map(Line::figures)
                .findFirst();
    }

    /** The ratio is a structure's median over that of the first one in its group: how many times ours. */
    void print(PrintStream out) {
        out.printf(COLUMNS, counted, "measure", "structure", "median", "least … most", "ratio");
        List<String> groups = lines.stream().map(Results::group).distinct().toList();
        for (String group : groups) {
            List<Line> own =
                    lines.stream().filter(line -> group(line).equals(group)).toList();
            Line first = own.getFirst();
            out.println();
            for (Line line : own) {
                out.printf(
                        COLUMNS,
                        line == first ? String.format(Locale.ROOT, "%,d", line.size()) : "",
                        line == first ? line.measure() : "",
                        line.structure(),
                        line.unit().show(line.figures().median()),
                        spread(line),
                        line == first
                                ? ""
                                : ratio(line.figures().median(), first.figures().median()));
            }
        }
    }

    private static String group(Line line) {
        return line.size() + line.measure();
    }

    private static String spread(Line line) {
        Figures figures = line.figures();
        return figures.sorted().length == 1
                ? ""
                : line.unit().show(figures.least()) + " … " + line.unit().show(figures.most());
    }

    private static String ratio(double value, double ours) {
        return ours <= 0 ? "" : "× " + Figures.Unit.number(value / ours);
    }
}
