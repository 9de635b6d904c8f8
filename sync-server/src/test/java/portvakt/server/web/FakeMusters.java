package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.server.port.Musters;

/** Musters in memory; one of Bjørvika from the start, with two people on it. */
final class FakeMusters implements Musters {

    private final List<Muster> all = new ArrayList<>();
    private final TreeMap<Long, List<Person>> people = new TreeMap<>();

    FakeMusters() {
        start("bjorvika", true, "kari", TestServer.NOW.minusSeconds(90));
        person("3907715", "Mohamed Abdi Warsame", "Oslo Stillas AS", Optional.empty());
        person("4388261", "Ola Nordmann", "Fjordbygg AS", Optional.of(new Left(TestServer.NOW, Optional.of("north"))));
    }

    /** Puts somebody onto the newest muster's list. */
    synchronized void person(String card, String name, String employer, Optional<Left> left) {
        List<Person> own = people.get((long) all.size());
        own.add(new Person(
                100 * all.size() + own.size() + 1,
                Source.GATE,
                Optional.of(card),
                Optional.of(name),
                Optional.of(employer),
                Optional.of("north"),
                Optional.of(TestServer.NOW.minusSeconds(3600)),
                Optional.empty(),
                left));
    }

    @Override
    public synchronized Muster start(String site, boolean drill, String by, Instant now) {
        return underWay(site).orElseGet(() -> {
            Muster muster = new Muster(all.size() + 1L, site, drill, now, by, Optional.empty(), Optional.empty());
            all.add(muster);
            people.put(muster.id(), new ArrayList<>());
            return muster;
        });
    }

    @Override
    public synchronized Optional<Muster> find(long id) {
        return all.stream().filter(muster -> muster.id() == id).findAny();
    }

    @Override
    public synchronized Optional<Muster> underWay(String site) {
        return all.stream()
                .filter(muster -> muster.site().equals(site) && muster.isUnderWay())
                .findAny();
    }

    @Override
    public synchronized List<Muster> newest(String site, int limit) {
        return all.reversed().stream()
                .filter(muster -> muster.site().equals(site))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Person> people(Muster muster, Instant now) {
        return List.copyOf(people.get(muster.id()));
    }

    @Override
    public synchronized boolean tick(Muster muster, long person, boolean found, String by, Instant now) {
        List<Person> own = people.get(muster.id());
        for (int i = 0; i < own.size(); i++) {
            Person before = own.get(i);
            if (before.id() == person && find(muster.id()).orElseThrow().isUnderWay()) {
                own.set(
                        i,
                        new Person(
                                before.id(),
                                before.source(),
                                before.cardNumber(),
                                before.holderName(),
                                before.employerName(),
                                before.gate(),
                                before.since(),
                                Optional.of(new Tick(found, now, by)),
                                before.left()));
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized boolean add(Muster muster, String name, String by, Instant now) {
        if (!find(muster.id()).orElseThrow().isUnderWay()) {
            return false;
        }
        List<Person> own = people.get(muster.id());
        own.add(new Person(
                100 * muster.id() + own.size() + 1,
                Source.BY_HAND,
                Optional.empty(),
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Tick(true, now, by)),
                Optional.empty()));
        return true;
    }

    @Override
    public synchronized boolean end(Muster muster, String by, Instant now) {
        Muster open = find(muster.id()).orElseThrow();
        if (!open.isUnderWay()) {
            return false;
        }
        all.set(
                (int) muster.id() - 1,
                new Muster(
                        open.id(),
                        open.site(),
                        open.drill(),
                        open.startedAt(),
                        open.startedBy(),
                        Optional.of(now),
                        Optional.of(by)));
        return true;
    }
}
