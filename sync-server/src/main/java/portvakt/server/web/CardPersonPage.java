package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Principal;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardPersonView;
import portvakt.server.web.view.CardWording;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/** The page of one card at one site: what is said of it, its chips, and where it was last. */
final class CardPersonPage {

    static final String PATH = CardPages.PATH + "/{site}/{number}";

    private static final int EVENTS_SHOWN = 24;
    private static final String EXPIRED = "CREDENTIAL_EXPIRED";

    private final CardDesk desk;
    private final CardPages cards;
    private final Pages pages;
    private final InstantSource clock;

    CardPersonPage(CardDesk desk, CardPages cards, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.cards = cards;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.SEE_CARDS, this::show));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Place place = SitePlaces.chosen(
                desk.places().of(Authentication.principal(request), Right.SEE_CARDS),
                Optional.of(request.path().pathParameters().get(Scope.SITE)));
        send(request, response, place, cards.card(request), Optional.empty());
    }

    void send(ServerRequest request, ServerResponse response, Place place, CardNumber card, Optional<String> error) {
        Instant now = clock.instant();
        String site = place.name();
        Principal principal = Authentication.principal(request);
        CardWording wording = cards.wording(request, place, now);
        Texts texts = pages.texts(request).in(place.zone());
        boolean seesPassages = principal.may(Right.SEE_PASSAGES, site);
        List<LogEntry> newest =
                seesPassages ? desk.log().before(Long.MAX_VALUE, EVENTS_SHOWN, ofCard(site, card)) : List.of();
        Wording rows = new Wording(texts, Authentication.seesCardNumbers(request, Optional.of(site)), false);
        pages.send(
                response,
                "card",
                new CardPersonView(
                        pages.frame(request, response, CardPages.url(site, card)),
                        CardPages.view(place),
                        wording.card(card),
                        card.digits(),
                        newest.stream()
                                .flatMap(entry -> entry.holderName().stream())
                                .findFirst(),
                        newest.stream()
                                .flatMap(entry -> entry.employerName().stream())
                                .findFirst(),
                        principal.may(Right.ENROL, site),
                        principal.may(Right.BAR_CARDS, site),
                        error,
                        warnings(texts, wording, site, card, newest),
                        seesPassages ? onSite(texts, wording, site, card) : "",
                        statuses(wording, site, card),
                        desk.hasList(site),
                        isBarred(site, card),
                        chips(wording, site, card),
                        Passage.join(newest.stream()
                                        .filter(Wording::isWorthARow)
                                        .toList())
                                .stream()
                                .map(passage -> rows.row(passage, now, false))
                                .toList(),
                        seesPassages ? LogPage.PATH + "?" + Scope.SITE + "=" + site + "&card=" + card.digits() : ""));
    }

    private static Filter ofCard(String site, CardNumber card) {
        return new Filter(Optional.of(site), Optional.empty(), Optional.empty(), Optional.of(card.digits()));
    }

    private List<String> warnings(
            Texts texts, CardWording wording, String site, CardNumber card, List<LogEntry> newest) {
        List<String> warnings = new ArrayList<>();
        if (desk.chips().of(site, card).size() > 1) {
            warnings.add(texts.text("card.second-chip"));
        }
        newest.stream()
                .filter(entry -> entry.reason().filter(EXPIRED::equals).isPresent()
                        || entry.flags().contains(EXPIRED))
                .findFirst()
                .ifPresent(entry ->
                        warnings.add(texts.text("card.expired", entry.gate(), wording.moment(entry.occurredAt()))));
        return warnings;
    }

    private String onSite(Texts texts, CardWording wording, String site, CardNumber card) {
        return desk.log().onSite(Optional.of(site)).stream()
                .filter(person ->
                        person.cardNumber().filter(card.digits()::equals).isPresent())
                .findFirst()
                .map(person -> texts.text("card.on-site", wording.moment(person.since())))
                .orElseGet(() -> texts.text("card.not-on-site"));
    }

    private List<CardPersonView.ListStatus> statuses(CardWording wording, String site, CardNumber card) {
        return Stream.of(desk.register().registerList(), CardDesk.listOf(site))
                .filter(desk.lists().names()::contains)
                .map(list -> {
                    Optional<Known> known = desk.records().find(list, card);
                    return wording.listStatus(
                            list, known.map(Known::status), known.map(Known::eventTime), cards.history(list, card));
                })
                .toList();
    }

    private boolean isBarred(String site, CardNumber card) {
        return desk.records()
                .find(CardDesk.listOf(site), card)
                .filter(known -> known.status() != CardStatus.VALID)
                .isPresent();
    }

    /** Those that are bound, then those that were only seen. */
    private List<CardPersonView.Chip> chips(CardWording wording, String site, CardNumber card) {
        List<Seen> seen = desk.chips().of(site, card);
        List<Enrolment> bound = desk.enrolments().list(site).enrolments().stream()
                .filter(each -> each.card().equals(card))
                .toList();
        return Stream.concat(
                        bound.stream()
                                .map(each -> wording.chip(
                                        each,
                                        seen.stream()
                                                .filter(chip -> chip.uid().equals(each.uid()))
                                                .findFirst())),
                        seen.stream()
                                .filter(chip -> bound.stream()
                                        .noneMatch(each -> each.uid().equals(chip.uid())))
                                .map(wording::chip))
                .toList();
    }
}
