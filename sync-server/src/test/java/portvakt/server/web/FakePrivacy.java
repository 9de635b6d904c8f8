package portvakt.server.web;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import portvakt.protocol.CardNumber;
import portvakt.server.port.PersonalData;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.Restrictions;
import portvakt.server.port.RowCorrections;

/** Restrictions, cases and corrections in memory; what is held about somebody is what a test puts in. */
final class FakePrivacy implements Restrictions, PrivacyCases, RowCorrections, PersonalData {

    private final List<Restriction> restrictions = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();
    private final List<Correction> corrections = new ArrayList<>();
    /** By site and card, as in {@code bjorvika 4388261}. */
    final Map<String, List<Item>> held = new TreeMap<>();

    @Override
    public synchronized SortedMap<CardNumber, Restriction> frozen(String site) {
        return restrictions.stream()
                .filter(each -> each.site().equals(site) && each.liftedAt().isEmpty())
                .collect(Collectors.toMap(Restriction::card, each -> each, (first, _) -> first, TreeMap::new));
    }

    @Override
    public synchronized Restriction freeze(String site, CardNumber card, String reason, String author, Instant now) {
        return Optional.ofNullable(frozen(site).get(card)).orElseGet(() -> {
            Restriction made = new Restriction(
                    restrictions.size() + 1L, site, card, reason, author, now, Optional.empty(), Optional.empty());
            restrictions.add(made);
            return made;
        });
    }

    @Override
    public synchronized boolean lift(String site, CardNumber card, String author, Instant now) {
        Optional<Restriction> held = Optional.ofNullable(frozen(site).get(card));
        held.ifPresent(each -> restrictions.set(
                restrictions.indexOf(each),
                new Restriction(
                        each.id(),
                        site,
                        card,
                        each.reason(),
                        each.author(),
                        each.since(),
                        Optional.of(author),
                        Optional.of(now))));
        return held.isPresent();
    }

    @Override
    public synchronized List<Restriction> ofPerson(String site, CardNumber card) {
        return restrictions.stream()
                .filter(each -> each.site().equals(site) && each.card().equals(card))
                .toList();
    }

    @Override
    public synchronized Case open(
            String site,
            CardNumber card,
            PrivacyCases.Kind kind,
            LocalDate on,
            String grounds,
            String by,
            Instant now) {
        Case made =
                new Case(cases.size() + 1L, site, card, kind, on, on.plusMonths(1), grounds, by, now, Optional.empty());
        cases.add(made);
        return made;
    }

    @Override
    public synchronized Optional<Case> close(
            String site, long id, Decision decision, String answer, String by, Instant now) {
        Optional<Case> open =
                open(site).stream().filter(each -> each.id() == id).findFirst();
        return open.map(each -> {
            Case closed = new Case(
                    id,
                    site,
                    each.card(),
                    each.kind(),
                    each.receivedOn(),
                    each.dueOn(),
                    each.grounds(),
                    each.openedBy(),
                    each.openedAt(),
                    Optional.of(new Closing(decision, answer, by, now)));
            cases.set((int) id - 1, closed);
            return closed;
        });
    }

    @Override
    public synchronized List<Case> open(String site) {
        return cases.stream()
                .filter(each -> each.site().equals(site) && each.closing().isEmpty())
                .toList();
    }

    @Override
    public synchronized List<Case> casesOf(String site, CardNumber card) {
        return cases.stream()
                .filter(each -> each.site().equals(site) && each.card().equals(card))
                .toList();
    }

    @Override
    public synchronized Optional<Correction> add(
            String site, CardNumber card, About about, long row, String words, String author, Instant now) {
        boolean theirs = of(site, card).stream()
                .anyMatch(item -> Long.toString(row).equals(item.facts().get("row_number")));
        if (!theirs) {
            return Optional.empty();
        }
        Correction made = new Correction(corrections.size() + 1L, site, card, about, row, words, author, now);
        corrections.add(made);
        return Optional.of(made);
    }

    @Override
    public synchronized List<Correction> correctionsOf(String site, CardNumber card) {
        return corrections.stream()
                .filter(each -> each.site().equals(site) && each.card().equals(card))
                .toList();
    }

    @Override
    public synchronized Map<Long, List<Correction>> of(About about, Collection<Long> rows) {
        return corrections.stream()
                .filter(each -> each.about() == about && rows.contains(each.row()))
                .collect(Collectors.groupingBy(Correction::row, TreeMap::new, Collectors.toList()));
    }

    @Override
    public synchronized List<Item> of(String site, CardNumber card) {
        return held.getOrDefault(site + " " + card.digits(), List.of());
    }
}
