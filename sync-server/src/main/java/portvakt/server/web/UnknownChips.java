package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;

/** The chips that a site's gates denied of late because nobody has bound them to a card number, and those that were bound since. */
record UnknownChips(EntryLog log, Enrolments enrolments) {

    static final String REASON = "UNKNOWN_CARD";

    /** Longer ago, and whoever stood at the gate has left. */
    static final Duration SHOWN = Duration.ofHours(12);

    /** So long a chip that was bound stays in sight. */
    static final Duration BOUND_SHOWN = Duration.ofMinutes(30);

    private static final int CHIPS_MAX = 20;
    private static final int ROWS_MAX = 200;
    private static final Duration READ_OF_LATE = Duration.ofHours(1);
    private static final int READ_MAX = 10;
    private static final List<String> READ_OFF_THE_CHIP = List.of("CHIP_DATA", "AUTHENTICATED_CHIP");

    /** A chip. @param last its newest tap @param times how often it was shown @param bound what it was bound to since */
    record Tapped(Uid uid, LogEntry last, int times, Optional<Enrolment> bound) {}

    /** A card whose own data a gate of the site could read a moment ago. */
    record Read(String card, Optional<String> holder, Instant at) {}

    static boolean isOne(LogEntry entry, String site) {
        return entry.site().equals(site)
                && entry.reason().filter(REASON::equals).isPresent();
    }

    /** The newest tap first. */
    List<Tapped> of(String site, Instant now) {
        Map<String, Enrolment> bound = new TreeMap<>();
        enrolments.list(site).enrolments().forEach(each -> bound.put(each.uid().hex(), each));
        SequencedMap<String, List<LogEntry>> taps = new LinkedHashMap<>();
        Stream.concat(
                        log.live().stream().filter(entry -> isOne(entry, site)),
                        log.before(Long.MAX_VALUE, ROWS_MAX, filter(site)).stream())
                .filter(entry -> entry.occurredAt().isAfter(now.minus(SHOWN)))
                .filter(entry -> entry.uid().isPresent())
                .forEach(entry -> taps.computeIfAbsent(entry.uid().get(), _ -> new ArrayList<>())
                        .add(entry));
        return taps.values().stream()
                .map(rows -> new Tapped(
                        new Uid(rows.getFirst().uid().orElseThrow()),
                        rows.getFirst(),
                        rows.size(),
                        Optional.ofNullable(bound.get(rows.getFirst().uid().get()))))
                .filter(chip -> chip.bound
                        .map(Enrolment::since)
                        .map(since -> since.isAfter(now.minus(BOUND_SHOWN)))
                        .orElse(true))
                .limit(CHIPS_MAX)
                .toList();
    }

    private static Filter filter(String site) {
        return new Filter(
                Optional.of(site),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(REASON),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Cards that were read a moment ago and have no chip bound: one of them may be the card whose chip is unknown elsewhere. */
    List<Read> readOfLate(String site, Instant now) {
        TreeSet<String> taken = new TreeSet<>();
        enrolments.list(site).enrolments().forEach(each -> taken.add(each.card().digits()));
        return log.before(Long.MAX_VALUE, ROWS_MAX, Filter.NONE.of(Optional.of(site))).stream()
                .filter(entry -> entry.occurredAt().isAfter(now.minus(READ_OF_LATE)))
                .filter(entry ->
                        entry.assurance().filter(READ_OFF_THE_CHIP::contains).isPresent())
                .filter(entry -> entry.cardNumber().filter(taken::add).isPresent())
                .limit(READ_MAX)
                .map(entry -> new Read(entry.cardNumber().orElseThrow(), entry.holderName(), entry.occurredAt()))
                .toList();
    }
}
