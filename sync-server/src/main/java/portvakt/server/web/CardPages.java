package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Principal;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.AuditRow;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardWording;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.ChipsView;
import portvakt.server.web.view.Texts;

/** The page of a site's cards: chips that nobody knows, bindings, and the site's own list. Of use without any script. */
final class CardPages {

    static final String PATH = "/cards";

    private static final Duration DOUBLED_SHOWN = Duration.ofDays(30);
    private static final Duration EXPIRED_SHOWN = Duration.ofDays(7);
    private static final int DOUBLED_MAX = 50;
    private static final int EXPIRED_MAX = 100;
    private static final int BINDINGS_SHOWN = 50;
    private static final int BARRED_SHOWN = 100;
    private static final String EXPIRED = "CREDENTIAL_EXPIRED";

    private final CardDesk desk;
    private final Pages pages;
    private final InstantSource clock;

    CardPages(CardDesk desk, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.SEE_CARDS, this::show));
    }

    /** What stands on the page because of the form that was sent last. */
    record Last(Optional<String> error, Optional<CardsView.Conflict> conflict, String barCard, String barReason) {
        static final Last NOTHING = new Last(Optional.empty(), Optional.empty(), "", "");

        static Last error(String text) {
            return new Last(Optional.of(text), Optional.empty(), "", "");
        }
    }

    static String url(String site) {
        return PATH + "?" + Scope.SITE + "=" + site;
    }

    static String url(String site, CardNumber card) {
        return PATH + "/" + site + "/" + card.digits();
    }

    private void show(ServerRequest request, ServerResponse response) {
        Place place = SitePlaces.chosen(
                places(request), request.query().first(Scope.SITE).asOptional());
        Optional<CardNumber> whole = CardNumber.parse(find(request), desk.accepted());
        if (whole.isPresent()) {
            Pages.redirect(response, url(place.name(), whole.get()));
            return;
        }
        send(request, response, place, Last.NOTHING);
    }

    private List<Place> places(ServerRequest request) {
        return desk.places().of(Authentication.principal(request), Right.SEE_CARDS);
    }

    private static String find(ServerRequest request) {
        return request.query().first("find").orElse("").strip();
    }

    void send(ServerRequest request, ServerResponse response, Place place, Last last) {
        Instant now = clock.instant();
        String site = place.name();
        Principal principal = Authentication.principal(request);
        CardWording wording = wording(request, place, now);
        pages.send(
                response,
                "cards",
                new CardsView(
                        pages.frame(request, response, PATH),
                        places(request).stream().map(CardPages::view).toList(),
                        view(place),
                        principal.may(Right.ENROL, site),
                        principal.may(Right.BAR_CARDS, site),
                        ChipStream.PATH + "?" + Scope.SITE + "=" + site,
                        last.error,
                        last.conflict,
                        chips(request, place, now),
                        wording.doubled(
                                desk.chips().doubled(site, now.minus(DOUBLED_SHOWN), DOUBLED_MAX),
                                card -> person(site, card)),
                        expired(wording, site, now),
                        find(request),
                        bindings(request, wording, site),
                        desk.hasList(site),
                        barred(wording, site),
                        last.barCard,
                        last.barReason));
    }

    CardWording wording(ServerRequest request, Place place, Instant now) {
        return new CardWording(
                pages.texts(request).in(place.zone()),
                Authentication.seesCardNumbers(request, Optional.of(place.name())),
                now);
    }

    static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), url(place.name()));
    }

    /** The part of the page that grows by itself. */
    ChipsView chips(ServerRequest request, Place place, Instant now) {
        String site = place.name();
        boolean mayBind = Authentication.principal(request).may(Right.ENROL, site);
        CardWording wording = wording(request, place, now);
        UnknownChips unknown = desk.unknown();
        String token = pages.cookies().formSecret(request).map(FormToken::of).orElse("");
        String reach = reach(pages.texts(request), site);
        return new ChipsView(
                pages.texts(request),
                token,
                site,
                unknown.of(site, now).stream()
                        .map(chip -> wording.chip(
                                chip.uid(),
                                chip.last(),
                                chip.times(),
                                chip.bound().map(bound -> wording.bound(bound, reach)),
                                mayBind))
                        .toList(),
                mayBind
                        ? unknown.readOfLate(site, now).stream()
                                .map(read -> wording.read(read.card(), read.holder(), read.at()))
                                .toList()
                        : List.of());
    }

    /** How many of the site's gates that are online go by the newest bindings, as far as they tell. */
    private String reach(Texts texts, String site) {
        long newest = desk.enrolments().versions().getOrDefault(site, 0L);
        List<Long> told = desk.places().gates().all().stream()
                .filter(gate -> gate.online() && gate.site().equals(site))
                .flatMap(gate -> gate.vitals().enrolmentsVersion().stream())
                .toList();
        long have = told.stream().filter(version -> version >= newest).count();
        if (told.isEmpty()) {
            return texts.text("chips.sent");
        }
        return have == told.size()
                ? texts.text("chips.reached-all", told.size())
                : texts.text("chips.reached", have, told.size());
    }

    /** Where more about a card is; a pass has a page of its own. */
    private Optional<String> person(String site, CardNumber card) {
        return PassNumber.of(card)
                .map(pass -> PassPages.PATH + "/" + site + "/" + pass.digits())
                .or(() -> Optional.of(card)
                        .filter(number ->
                                desk.accepted().matcher(number.digits()).matches())
                        .map(number -> url(site, number)));
    }

    private List<CardsView.Warning> expired(CardWording wording, String site, Instant now) {
        Filter filter = new Filter(
                Optional.of(site),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(EXPIRED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        TreeSet<String> told = new TreeSet<>();
        return desk.log().before(Long.MAX_VALUE, EXPIRED_MAX, filter).stream()
                .filter(entry -> entry.occurredAt().isAfter(now.minus(EXPIRED_SHOWN)))
                .filter(entry -> entry.cardNumber().filter(told::add).isPresent())
                .map(entry -> wording.expired(entry, person(site, number(entry))))
                .toList();
    }

    private static CardNumber number(LogEntry entry) {
        return new CardNumber(entry.cardNumber().orElseThrow());
    }

    private CardsView.Bindings bindings(ServerRequest request, CardWording wording, String site) {
        String sought = find(request).toLowerCase(Locale.ROOT).replaceAll("[^0-9a-f]", "");
        var all = desk.enrolments().list(site).enrolments();
        var found = all.stream()
                .filter(each -> each.card().digits().contains(sought)
                        || each.uid().hex().contains(sought))
                .sorted(Comparator.comparing(portvakt.server.port.Enrolments.Enrolment::since)
                        .reversed())
                .toList();
        String shown = found.size() == all.size() && found.size() <= BINDINGS_SHOWN
                ? ""
                : pages.texts(request)
                        .text("bindings.shown", Math.min(found.size(), BINDINGS_SHOWN), found.size(), all.size());
        return new CardsView.Bindings(
                found.stream()
                        .limit(BINDINGS_SHOWN)
                        .map(each -> wording.binding(each, person(site, each.card())))
                        .toList(),
                shown,
                !all.isEmpty());
    }

    /** The newest first. */
    private List<CardsView.Barred> barred(CardWording wording, String site) {
        String list = CardDesk.listOf(site);
        if (!desk.hasList(site)) {
            return List.of();
        }
        return desk.records().known(list).entrySet().stream()
                .filter(each -> each.getValue().status() != CardStatus.VALID)
                .sorted(Map.Entry.<CardNumber, Known>comparingByValue(Comparator.comparing(Known::eventTime))
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(BARRED_SHOWN)
                .map(each -> wording.barred(
                        each.getKey(),
                        each.getValue().status(),
                        each.getValue().eventTime(),
                        history(list, each.getKey()).stream().reduce((_, newer) -> newer),
                        person(site, each.getKey())))
                .toList();
    }

    /** What was said of a card on a list, oldest first. */
    List<AuditRow> history(String list, CardNumber card) {
        return desk
                .records()
                .audit(
                        0,
                        RegisterRecords.LIMIT_MAX,
                        new RegisterRecords.Filter(Optional.of(list), Optional.of(card), Optional.empty()))
                .stream()
                .filter(row -> row.action() == RegisterRecords.Action.CHANGE)
                .filter(row -> row.list().filter(list::equals).isPresent())
                .toList();
    }

    /** The card that the path names. */
    CardNumber card(ServerRequest request) {
        return CardNumber.parse(request.path().pathParameters().get("number"), desk.accepted())
                .orElseThrow(() -> new HttpException("no such card", Status.NOT_FOUND_404));
    }
}
