package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.protocol.Direction;
import portvakt.server.port.Presence;
import portvakt.server.port.StorageException;

/** Keeps what was stated, and shows the check-outs and double entries that it was given. */
final class FakePresence implements Presence {

    final List<Correction> stated = new CopyOnWriteArrayList<>();
    final List<CheckOut> checkOuts = new CopyOnWriteArrayList<>();
    final List<DoubleEntry> doubleEntries = new CopyOnWriteArrayList<>();
    volatile boolean up = true;

    private Correction add(
            String site,
            Kind kind,
            Person person,
            Optional<Instant> at,
            Optional<Long> undoes,
            String author,
            String reason,
            Instant now) {
        if (!up) {
            throw new StorageException("down", null);
        }
        Correction correction = new Correction(
                stated.size() + 1L, site, kind, person, at, undoes, Optional.empty(), author, Optional.of(reason), now);
        stated.add(correction);
        return correction;
    }

    private static Person person(Holder holder) {
        return switch (holder) {
            case Holder.Card card ->
                new Person(
                        Optional.of(card.number().digits()),
                        Optional.empty(),
                        Optional.of("Ola Nordmann"),
                        Optional.empty());
            case Holder.Chip chip ->
                new Person(Optional.empty(), Optional.of(chip.uid().hex()), Optional.empty(), Optional.empty());
        };
    }

    @Override
    public Correction state(
            String site, Holder holder, Direction direction, Instant at, String author, String reason, Instant now) {
        Kind kind = direction == Direction.IN ? Kind.IN : Kind.OUT;
        return add(site, kind, person(holder), Optional.of(at), Optional.empty(), author, reason, now);
    }

    @Override
    public Outcome undo(String site, long correction, String author, String reason, Instant now) {
        Optional<Correction> found =
                stated.stream().filter(row -> row.id() == correction).findFirst();
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        if (found.get().at().isEmpty()) {
            return new Outcome.CannotBeUndone();
        }
        return new Outcome.Recorded(add(
                site, Kind.UNDO, found.get().person(), Optional.empty(), Optional.of(correction), author, reason, now));
    }

    @Override
    public Outcome forgive(String site, Holder holder, String author, String reason, Instant now) {
        return doubleEntries.isEmpty()
                ? new Outcome.NothingToForgive()
                : new Outcome.Recorded(add(
                        site, Kind.FORGIVE, person(holder), Optional.empty(), Optional.empty(), author, reason, now));
    }

    @Override
    public List<Correction> corrections(Optional<String> site, long below, int limit) {
        List<Correction> rows = new ArrayList<>(stated);
        return rows.reversed().stream()
                .filter(row -> row.id() < below)
                .filter(row -> site.map(row.site()::equals).orElse(true))
                .limit(limit)
                .toList();
    }

    @Override
    public List<CheckOut> checkOuts(Optional<String> site, Instant from, int limit) {
        return checkOuts.stream()
                .filter(row -> !row.at().isBefore(from))
                .filter(row -> site.map(row.site()::equals).orElse(true))
                .toList();
    }

    @Override
    public List<DoubleEntry> doubleEntries(Optional<String> site, Instant from, int limit) {
        return doubleEntries.stream()
                .filter(row -> !row.secondAt().isBefore(from))
                .filter(row -> site.map(row.site()::equals).orElse(true))
                .toList();
    }
}
