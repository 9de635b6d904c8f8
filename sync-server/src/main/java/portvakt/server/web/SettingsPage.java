package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import portvakt.server.port.Lists;
import portvakt.server.port.Right;
import portvakt.server.web.SettingsDesk.Policy;
import portvakt.server.web.SettingsDesk.Site;
import portvakt.server.web.SettingsDesk.Stay;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.SettingsView;
import portvakt.server.web.view.SettingsView.Age;
import portvakt.server.web.view.SettingsView.Row;
import portvakt.server.web.view.SettingsView.Section;
import portvakt.server.web.view.Texts;

/** Shows how a site is set up, what follows from it, and where it is changed: in the server's settings, which it only reads. */
final class SettingsPage {

    static final String PATH = "/settings";

    private final SettingsDesk desk;
    private final Lists lists;
    private final SitePlaces places;
    private final Pages pages;

    SettingsPage(SettingsDesk desk, Lists lists, SitePlaces places, Pages pages) {
        this.desk = desk;
        this.lists = lists;
        this.places = places;
        this.pages = pages;
    }

    List<Route> routes() {
        return List.of(Route.page(PATH, Right.MANAGE_SITE, this::show));
    }

    private void show(ServerRequest request, ServerResponse response) {
        List<Place> theirs = places.of(Authentication.principal(request), Right.MANAGE_SITE);
        Place place =
                SitePlaces.chosen(theirs, request.query().first(Scope.SITE).asOptional());
        PageFrame frame = pages.frame(request, response, PATH);
        Optional<Site> site = desk.find(place.name());
        Texts texts = frame.texts();
        pages.send(
                response,
                "settings",
                new SettingsView(
                        frame,
                        theirs.stream().map(SettingsPage::view).toList(),
                        view(place),
                        site.isPresent(),
                        site.map(each -> ages(texts, each.policy())).orElse(List.of()),
                        site.map(each -> sections(texts, each, place)).orElse(List.of())));
    }

    private static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), PATH + "?" + Scope.SITE + "=" + place.name());
    }

    /** What becomes of a card that is on no list, by the age of the list. */
    private static List<Age> ages(Texts texts, Policy policy) {
        List<Age> ages = new ArrayList<>();
        ages.add(new Age(
                texts.text("settings.age.fresh", texts.duration(policy.fresh())), action(texts, "GRANT"), "good"));
        ages.add(new Age(
                texts.text("settings.age.between", texts.duration(policy.fresh()), texts.duration(policy.grace())),
                action(texts, policy.whenGrace()),
                css(policy.whenGrace())));
        boolean never = policy.closed().isZero();
        ages.add(new Age(
                never
                        ? texts.text("settings.age.over", texts.duration(policy.grace()))
                        : texts.text(
                                "settings.age.between",
                                texts.duration(policy.grace()),
                                texts.duration(policy.closed())),
                action(texts, policy.whenStale()),
                css(policy.whenStale())));
        if (!never) {
            ages.add(new Age(
                    texts.text("settings.age.over", texts.duration(policy.closed())), action(texts, "DENY"), "bad"));
        }
        ages.add(new Age(texts.text("settings.age.none"), action(texts, policy.whenNone()), css(policy.whenNone())));
        return ages;
    }

    private static String action(Texts texts, String action) {
        return texts.text("settings.action." + action);
    }

    private static String css(String action) {
        return switch (action) {
            case "GRANT" -> "good";
            case "DENY" -> "bad";
            default -> "warn";
        };
    }

    private List<Section> sections(Texts texts, Site site, Place place) {
        Policy policy = site.policy();
        Policy usual = desk.byDefault().policy();
        Stay stay = site.stay();
        Stay usualStay = desk.byDefault().stay();
        return List.of(
                new Section(
                        texts.text("settings.policy"),
                        List.of(
                                row(
                                        texts,
                                        "policy.minimumAssurance",
                                        texts.text("assurance." + policy.minimumAssurance()),
                                        policy.minimumAssurance() == usual.minimumAssurance()),
                                row(
                                        texts,
                                        "policy.grantOnUntrustedClock",
                                        texts.text("settings.yes." + policy.grantOnUntrustedClock()),
                                        policy.grantOnUntrustedClock() == usual.grantOnUntrustedClock()),
                                row(
                                        texts,
                                        "policy.attendedGates",
                                        policy.attendedGates().isEmpty()
                                                ? texts.text("settings.none")
                                                : String.join(", ", policy.attendedGates()),
                                        policy.attendedGates().equals(usual.attendedGates())))),
                new Section(
                        texts.text("settings.stay"),
                        List.of(
                                row(
                                        texts,
                                        "presence.antiPassback",
                                        texts.text("settings.passback." + stay.antiPassback()),
                                        stay.antiPassback().equals(usualStay.antiPassback())),
                                row(
                                        texts,
                                        "presence.antiPassbackForgets",
                                        texts.duration(stay.antiPassbackForgets()),
                                        stay.antiPassbackForgets().equals(usualStay.antiPassbackForgets())),
                                row(
                                        texts,
                                        "presence.checkOutAt",
                                        stay.checkOutAt().map(Object::toString).orElse(texts.text("settings.never")),
                                        stay.checkOutAt().equals(usualStay.checkOutAt())),
                                row(
                                        texts,
                                        "presence.longestStay",
                                        stay.longestStay().map(texts::duration).orElse(texts.text("settings.never")),
                                        stay.longestStay().equals(usualStay.longestStay())),
                                row(
                                        texts,
                                        "presence.zone",
                                        place.zone().getId(),
                                        stay.zone().equals(usualStay.zone())))),
                new Section(texts.text("settings.server"), server(texts, site)));
    }

    private List<Row> server(Texts texts, Site site) {
        String shown = lists.names().stream()
                .filter(list -> !list.startsWith(Lists.SITE_PREFIX) || list.equals(CardDesk.listOf(site.name())))
                .collect(Collectors.joining(", "));
        return List.of(
                row(texts, "cardNumberPattern", desk.acceptedCardNumbers().pattern(), false),
                row(texts, "list", shown, false),
                new Row(
                        texts.text("settings.languages"),
                        "",
                        texts.text("settings.languages.value"),
                        texts.text("settings.languages.why"),
                        false),
                new Row(
                        texts.text("settings.retention"),
                        "",
                        texts.text("settings.retention.value"),
                        texts.text("settings.retention.why"),
                        false));
    }

    /** @param key as the settings call it */
    private static Row row(Texts texts, String key, String value, boolean byDefault) {
        return new Row(texts.text("settings." + key), key, value, texts.text("settings." + key + ".why"), byDefault);
    }
}
