package portvakt.server.web;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.server.port.SiteList;

/** The list in memory. Secrets of links are {@code secret-1} and so on. */
final class FakeSiteList implements SiteList {

    private record Kept(String site, Version version) {}

    private final List<Kept> versions = new ArrayList<>();
    private final Map<String, Facts> facts = new TreeMap<>();
    private final Map<String, Check> checks = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    final Map<String, List<Seen>> seen = new TreeMap<>();

    @Override
    public synchronized Optional<Facts> facts(String site) {
        return Optional.ofNullable(facts.get(site));
    }

    @Override
    public synchronized void state(
            String site, String address, String client, Optional<LocalDate> endedOn, String author, Instant now) {
        facts.put(site, new Facts(address, client, endedOn, author, now));
    }

    @Override
    public synchronized List<Version> rows(String site) {
        return versions.stream()
                .filter(kept -> kept.site.equals(site))
                .map(Kept::version)
                .filter(version -> newest(site, version.row()).equals(Optional.of(version)))
                .sorted(Comparator.comparing(
                                (Version version) -> version.person().employer())
                        .thenComparing(version -> version.person().name()))
                .toList();
    }

    private Optional<Version> newest(String site, long row) {
        List<Version> all = versions(site, row);
        return all.isEmpty() || all.getLast().change() == Change.REMOVED
                ? Optional.empty()
                : Optional.of(all.getLast());
    }

    @Override
    public synchronized List<Version> versions(String site, long row) {
        return versions.stream()
                .filter(kept -> kept.site.equals(site) && kept.version.row() == row)
                .map(Kept::version)
                .toList();
    }

    @Override
    public synchronized List<Version> versionsOf(String site, CardNumber card) {
        return versions.stream()
                .filter(kept -> kept.site.equals(site))
                .map(Kept::version)
                .filter(version -> versions(site, version.row()).stream()
                        .anyMatch(each -> each.person().card().equals(Optional.of(card))))
                .toList();
    }

    private Version keep(
            String site, long row, Change change, Source source, Person person, String author, Instant now) {
        long id = versions.size() + 1L;
        Version version = new Version(id, row == 0 ? id : row, change, source, person, author, now);
        versions.add(new Kept(site, version));
        return version;
    }

    @Override
    public synchronized Version add(String site, Person person, Source source, String author, Instant now) {
        return keep(site, 0, Change.ADDED, source, person, author, now);
    }

    @Override
    public synchronized Optional<Version> edit(String site, long row, Person person, String author, Instant now) {
        return newest(site, row).map(_ -> keep(site, row, Change.EDITED, Source.HAND, person, author, now));
    }

    @Override
    public synchronized Optional<Version> remove(String site, long row, String author, Instant now) {
        return newest(site, row).map(last -> keep(site, row, Change.REMOVED, Source.HAND, last.person(), author, now));
    }

    @Override
    public synchronized Taken take(String site, List<Person> persons, String author, Instant now) {
        persons.forEach(person -> keep(site, 0, Change.ADDED, Source.CSV, person, author, now));
        return new Taken(persons.size(), 0, 0);
    }

    @Override
    public synchronized List<Seen> seen(String site, Instant since, int limit) {
        return seen.getOrDefault(site, List.of()).stream()
                .filter(each ->
                        rows(site).stream().noneMatch(row -> row.person().card().equals(Optional.of(each.card()))))
                .toList();
    }

    @Override
    public synchronized void check(String site, String account, Instant now) {
        checks.put(site, new Check(account, now));
    }

    @Override
    public synchronized Optional<Check> lastCheck(String site) {
        return Optional.ofNullable(checks.get(site));
    }

    @Override
    public synchronized NewLink makeLink(String site, Instant expiresAt, String by, Instant now) {
        Link link = new Link(links.size() + 1L, site, by, now, expiresAt, Optional.empty(), Optional.empty());
        links.add(link);
        return new NewLink(link, "secret-" + link.id());
    }

    @Override
    public synchronized List<Link> links(String site, int limit) {
        return links.reversed().stream()
                .filter(link -> link.site().equals(site))
                .toList();
    }

    @Override
    public synchronized boolean revoke(String site, long id, String by, Instant now) {
        boolean opened =
                links.stream().anyMatch(link -> link.id() == id && link.site().equals(site) && link.opens(now));
        if (opened) {
            links.replaceAll(link -> link.id() != id
                    ? link
                    : new Link(
                            id,
                            site,
                            link.madeBy(),
                            link.madeAt(),
                            link.expiresAt(),
                            Optional.of(by),
                            Optional.of(now)));
        }
        return opened;
    }

    @Override
    public synchronized Optional<Link> link(String secret) {
        return links.stream()
                .filter(link -> Objects.equals("secret-" + link.id(), secret))
                .findFirst();
    }
}
