package portvakt.sim.pi;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line for each scenario: passed or not, how long it took, what was seen. */
final class PiReport {

    private record Line(String name, boolean passed, double seconds, String said) {}

    private final List<Line> lines = new ArrayList<>();

    /** Adds a line, and prints it at once as well: a run is long. */
    void add(String name, boolean passed, double seconds, String said) {
        Line line = new Line(name, passed, seconds, said);
        lines.add(line);
        System.err.println("pi: " + text(line));
    }

    /** Whether the first of all did pass, without which none of the others can. */
    boolean hasStarted() {
        return !lines.isEmpty() && lines.getFirst().passed();
    }

    boolean isGood() {
        return !lines.isEmpty() && lines.stream().allMatch(Line::passed);
    }

    void print(PrintStream out) {
        lines.forEach(line -> out.println(text(line)));
        out.printf("%d of %d passed%n", lines.stream().filter(Line::passed).count(), lines.size());
    }

    private static String text(Line line) {
        return String.format(
                Locale.ROOT,
                "%-10s %-6s %6.1f s  %s",
                line.name(),
                line.passed() ? "passed" : "FAILED",
                line.seconds(),
                line.said());
    }
}
