package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.server.log.EventReader;
import portvakt.server.log.MusterDoubt;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Gates;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Musters;
import portvakt.server.port.Musters.Person;
import portvakt.server.port.Musters.Source;
import portvakt.server.port.Presence;

/** What it takes to hold a muster: the list, and what makes it doubtful. Safe for any thread. */
public record MusterDesk(Musters musters, Presence presence, EntryLog log, Gates gates) {

    /** What tells of people who showed no card. */
    private static final List<String> WITHOUT_CARD =
            List.of("FireReleaseStarted", "FireReleaseEnded", "UnattributedPassage");

    private static final int EVENTS_MAX = 200;

    /** Why the list may be wrong, as the page says it. @param people on the list */
    public List<MusterDoubt> doubts(String site, List<Person> people, Instant now) {
        Instant from = now.minus(MusterDoubt.LOOKS_BACK);
        List<LogEntry> entries = new ArrayList<>();
        for (String kind : WITHOUT_CARD) {
            page(site, Optional.empty(), Optional.of(kind), EntryLog.Cursor.END, EVENTS_MAX).stream()
                    .filter(row -> !row.occurredAt().isBefore(from))
                    .forEach(entries::add);
        }
        List<LogEntry> starts =
                page(site, Optional.empty(), Optional.of("GateStarted"), EntryLog.Cursor.END, EVENTS_MAX);
        starts.stream()
                .filter(row -> !row.occurredAt().isBefore(from) && EventReader.isGoingOn(row))
                .forEach(row -> {
                    entries.add(row);
                    entries.addAll(page(
                            site, Optional.of(row.gate()), Optional.empty(), new EntryLog.Cursor.Before(row.id()), 1));
                });
        int doubleEntries = (int) presence.doubleEntries(Optional.of(site), from, Presence.LIMIT_MAX).stream()
                .filter(row -> row.forgiven().isEmpty())
                .count();
        int checkedOut = (int) people.stream()
                .filter(person -> person.source() == Source.CHECKED_OUT)
                .count();
        return MusterDoubt.of(
                gates.all().stream().filter(gate -> gate.site().equals(site)).toList(),
                entries,
                doubleEntries,
                checkedOut,
                now);
    }

    private List<LogEntry> page(
            String site, Optional<String> gate, Optional<String> kind, EntryLog.Cursor from, int limit) {
        return log.page(new Filter(Optional.of(site), gate, kind, Optional.empty()), from, limit)
                .rows();
    }

    /** Gates of a site that are open for a fire by what was heard last. */
    boolean burns(String site, Instant now) {
        return doubts(site, List.of(), now).stream().anyMatch(MusterDoubt.OpenGate.class::isInstance);
    }
}
