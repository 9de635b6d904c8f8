package portvakt.server.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.LogEntry;

/** One reason why a list of who is on site may be wrong, and by how much. Whoever looks for people in a fire has to know it. */
public sealed interface MusterDoubt {

    /** Nothing was heard of a gate since then: whoever went through it after that is not known. @param since empty: never heard from */
    record SilentGate(String gate, Optional<Instant> since) implements MusterDoubt {}

    /** A gate says that it has more events than the server: so many at most came or went. */
    record Backlog(String gate, long events) implements MusterDoubt {}

    /** A gate's clock is not certain: the order of coming and going through it may be wrong. */
    record UncertainClock(String gate) implements MusterDoubt {}

    /**
     * A gate's computer took the place of another: what that one saw and had not sent is lost.
     *
     * @param since the newest entry of the one before; empty: not known
     * @param until the first one of this
     */
    record Replaced(String gate, Optional<Instant> since, Instant until) implements MusterDoubt {}

    /** A gate is open for a fire since then: whoever leaves shows no card. */
    record OpenGate(String gate, Instant since) implements MusterDoubt {}

    /** So many times, an arm turned without a card since the time told. */
    record Unattributed(String gate, int passages, Instant newest) implements MusterDoubt {}

    /** So many people entered twice without leaving: one of the two may be somebody else. */
    record DoubleEntries(int people) implements MusterDoubt {}

    /** So many were taken for gone by a rule, and are on the list because nobody saw them leave. */
    record CheckedOut(int people) implements MusterDoubt {}

    /** How far back it is looked for arms that turned without a card. */
    Duration LOOKS_BACK = Duration.ofHours(24);

    /** A gate tells of itself every minute. */
    Duration SEEN_WITHIN = Duration.ofSeconds(90);

    /** Nobody may have said that a gate is gone: the broker may be, or this server cut off from it. */
    private static boolean isSilent(Gate gate, Instant now) {
        return !gate.online()
                || gate.lastSeen()
                        .filter(seen -> Duration.between(seen, now).compareTo(SEEN_WITHIN) <= 0)
                        .isEmpty();
    }

    private static Optional<Instant> before(LogEntry first, List<LogEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.gate().equals(first.gate()) && entry.id() < first.id())
                .max(Comparator.comparingLong(LogEntry::id))
                .map(LogEntry::occurredAt);
    }

    /**
     * @param gates         of the site
     * @param entries       of the site in the last {@link #LOOKS_BACK}, in any order; with the entry before each that goes on after another computer's; of what else is not about
     *                      fire and arms nothing is read
     * @param now           by the server's clock
     * @param doubleEntries of people that nobody has settled
     */
    static List<MusterDoubt> of(
            List<Gate> gates, List<LogEntry> entries, int doubleEntries, int checkedOut, Instant now) {
        List<MusterDoubt> doubts = new ArrayList<>();
        for (Gate gate : gates) {
            if (isSilent(gate, now)) {
                doubts.add(new SilentGate(gate.gate(), gate.lastSeen()));
            }
            if (gate.journalLast() > gate.committed()) {
                doubts.add(new Backlog(gate.gate(), gate.journalLast() - gate.committed()));
            }
            if (!gate.clockTrust().endsWith("SYNCHRONISED")) {
                doubts.add(new UncertainClock(gate.gate()));
            }
        }
        List<LogEntry> inOrder = entries.stream()
                .sorted(Comparator.comparing(LogEntry::occurredAt).thenComparingLong(LogEntry::sequence))
                .toList();
        SequencedMap<String, Instant> open = new LinkedHashMap<>();
        SequencedMap<String, Unattributed> turned = new LinkedHashMap<>();
        entries.stream()
                .filter(EventReader::isGoingOn)
                .forEach(entry -> doubts.add(new Replaced(entry.gate(), before(entry, entries), entry.occurredAt())));
        for (LogEntry entry : inOrder) {
            switch (entry.kind()) {
                case "FireReleaseStarted" -> open.putIfAbsent(entry.gate(), entry.occurredAt());
                case "FireReleaseEnded" -> open.remove(entry.gate());
                case "UnattributedPassage" ->
                    turned.merge(
                            entry.gate(),
                            new Unattributed(entry.gate(), 1, entry.occurredAt()),
                            (one, other) -> new Unattributed(one.gate, one.passages + other.passages, other.newest));
                default -> {
                    // Says nothing of who is inside.
                }
            }
        }
        open.forEach((gate, since) -> doubts.add(new OpenGate(gate, since)));
        doubts.addAll(turned.values());
        if (doubleEntries > 0) {
            doubts.add(new DoubleEntries(doubleEntries));
        }
        if (checkedOut > 0) {
            doubts.add(new CheckedOut(checkedOut));
        }
        return doubts;
    }
}
