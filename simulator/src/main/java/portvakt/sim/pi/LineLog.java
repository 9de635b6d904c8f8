package portvakt.sim.pi;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the watched GPIO lines did since the machine was switched on, in the order of time. For any thread. */
final class LineLog {

    /**
     * @param atNs  on the Pi's own monotonic clock
     * @param hereNs when this machine heard of it, by {@link System#nanoTime()}
     */
    record Change(int line, boolean high, long atNs, long hereNs) {}

    /** A time that a line was high. */
    record Pulse(long fromNs, long toNs) {
        double ms() {
            return (toNs - fromNs) / 1e6;
        }
    }

    private final List<Change> changes = new ArrayList<>();

    synchronized void add(Change change) {
        changes.add(change);
    }

    /** How many changes there are; for {@link #since}. */
    synchronized int mark() {
        return changes.size();
    }

    /** The changes of a line after a mark. */
    synchronized List<Change> since(int mark, int line) {
        return changes.subList(mark, changes.size()).stream()
                .filter(change -> change.line() == line)
                .toList();
    }

    /** The line's level now. */
    synchronized boolean isHigh(int line) {
        return changes.reversed().stream()
                .filter(change -> change.line() == line)
                .findFirst()
                .map(Change::high)
                .orElse(false);
    }

    /** The line's first change to this level after the mark. */
    Change await(int mark, int line, boolean high, Duration patience) throws IOException, InterruptedException {
        return Wait.until(
                patience,
                () -> "line " + line + " to go " + (high ? "high" : "low"),
                () -> since(mark, line).stream()
                        .filter(change -> change.high() == high)
                        .findFirst());
    }

    /** The whole pulses of a line after a mark. */
    List<Pulse> pulses(int mark, int line) {
        List<Pulse> pulses = new ArrayList<>();
        Optional<Change> up = Optional.empty();
        for (Change change : since(mark, line)) {
            if (change.high()) {
                up = Optional.of(change);
            } else {
                up.ifPresent(begin -> pulses.add(new Pulse(begin.atNs(), change.atNs())));
                up = Optional.empty();
            }
        }
        return pulses;
    }
}
