package portvakt.server.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Assurance;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.Lists;
import portvakt.server.port.PolicyChanges;
import portvakt.server.port.Right;
import portvakt.server.web.SettingsDesk.Policy;
import portvakt.server.web.SettingsDesk.Site;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.SettingsView;
import portvakt.server.web.view.SettingsView.Override;
import portvakt.server.web.view.Texts;

/**
 * Shows how a site is set up and what follows from it, and takes what somebody sets for its gates in the place of the settings file.
 * All else is changed in the file.
 */
final class SettingsPage {

    static final String PATH = "/settings";

    private static final Logger LOG = LoggerFactory.getLogger(SettingsPage.class);
    private static final Status UNPROCESSABLE = Status.create(422);
    private static final int CHANGES_SHOWN = 20;

    /** Hours as they are typed: a comma is a point to a Norwegian. */
    private static final String HOURS = "[0-9]{1,5}([.,][0-9]{1,2})?";

    private static final BigDecimal SECONDS = BigDecimal.valueOf(3600);

    private final SettingsDesk desk;
    private final Lists lists;
    private final SitePlaces places;
    private final Pages pages;
    private final InstantSource clock;

    SettingsPage(SettingsDesk desk, Lists lists, SitePlaces places, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.lists = lists;
        this.places = places;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.MANAGE_SITE, this::show),
                Route.form(PATH + "/policy", Right.MANAGE_SITE, this::set),
                Route.form(PATH + "/take-back", Right.MANAGE_SITE, this::takeBack));
    }

    /** What was typed, to be typed no second time. */
    private record Typed(
            String fresh,
            String grace,
            String closed,
            String whenGrace,
            String whenStale,
            String whenNone,
            String clock,
            String assurance,
            String attended,
            String reason) {

        static Typed of(Policy policy) {
            return new Typed(
                    hours(policy.fresh()),
                    hours(policy.grace()),
                    hours(policy.closed()),
                    policy.whenGrace(),
                    policy.whenStale(),
                    policy.whenNone(),
                    Boolean.toString(policy.grantOnUntrustedClock()),
                    policy.minimumAssurance().name(),
                    String.join(", ", policy.attendedGates()),
                    "");
        }

        static Typed of(Form form) {
            return new Typed(
                    form.value("fresh"),
                    form.value("grace"),
                    form.value("closed"),
                    form.value("whenGrace"),
                    form.value("whenStale"),
                    form.value("whenNone"),
                    form.value("clock"),
                    form.value("assurance"),
                    form.value("attended"),
                    form.value("reason"));
        }

        private static String hours(Duration duration) {
            return BigDecimal.valueOf(duration.toSeconds())
                    .divide(SECONDS, 2, java.math.RoundingMode.HALF_UP)
                    .stripTrailingZeros()
                    .toPlainString();
        }

        Optional<Policy> policy() {
            Optional<Assurance> weakest = Arrays.stream(Assurance.values())
                    .filter(each -> each.name().equals(assurance))
                    .findAny();
            boolean whole = List.of(fresh, grace, closed).stream()
                            .allMatch(hours -> hours.strip().matches(HOURS))
                    && List.of("true", "false").contains(clock);
            return weakest.filter(_ -> whole)
                    .map(found -> new Policy(
                            duration(fresh),
                            duration(grace),
                            duration(closed),
                            whenGrace,
                            whenStale,
                            whenNone,
                            clock.equals("true"),
                            found,
                            Arrays.stream(attended.strip().split("[\\s,;]+"))
                                    .filter(name -> !name.isEmpty())
                                    .toList()));
        }

        private static Duration duration(String hours) {
            return Duration.ofSeconds(new BigDecimal(hours.strip().replace(',', '.'))
                    .multiply(SECONDS)
                    .longValue());
        }
    }

    private void show(ServerRequest request, ServerResponse response) {
        Place place = SitePlaces.chosen(
                theirs(request), request.query().first(Scope.SITE).asOptional());
        send(request, response, place, Optional.empty(), Optional.empty());
    }

    private List<Place> theirs(ServerRequest request) {
        return places.of(Authentication.principal(request), Right.MANAGE_SITE);
    }

    private static String url(String site) {
        return PATH + "?" + Scope.SITE + "=" + site;
    }

    private static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), url(place.name()));
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            Place place,
            Optional<Typed> typed,
            Optional<String> error) {
        PageFrame frame = pages.frame(request, response, PATH);
        SettingsWords words = new SettingsWords(frame.texts().in(place.zone()), desk);
        Optional<Site> site = desk.find(place.name());
        Optional<Policy> changed =
                Optional.ofNullable(desk.changes().inForce().get(place.name())).map(Policy::of);
        Instant now = clock.instant();
        List<PolicyChanges.Change> changes = desk.changes().newestFirst(place.name(), CHANGES_SHOWN);
        pages.send(
                response,
                "settings",
                new SettingsView(
                        frame,
                        theirs(request).stream().map(SettingsPage::view).toList(),
                        view(place),
                        error,
                        site.isPresent(),
                        site.map(each -> words.ages(changed.orElse(each.policy())))
                                .orElse(List.of()),
                        site.map(each -> List.of(
                                        words.policy(changed.orElse(each.policy())),
                                        words.stay(each.stay()),
                                        words.server(each, lists.names())))
                                .orElse(List.of()),
                        site.flatMap(each -> changed.map(_ -> new Override(
                                changes.stream()
                                        .findFirst()
                                        .map(change -> words.change(change, now))
                                        .orElse(""),
                                words.ages(each.policy()),
                                words.policy(each.policy()).rows()))),
                        site.map(each -> form(
                                words,
                                typed.orElseGet(() -> Typed.of(changed.orElse(each.policy()))),
                                typed.isPresent())),
                        changes.stream()
                                .map(change -> words.change(change, now))
                                .toList()));
    }

    private static SettingsView.Form form(SettingsWords words, Typed typed, boolean open) {
        return new SettingsView.Form(
                open,
                typed.fresh,
                typed.grace,
                typed.closed,
                words.actions(typed.whenGrace),
                words.actions(typed.whenStale),
                words.actions(typed.whenNone),
                words.assurances(typed.assurance),
                !typed.clock.equals("false"),
                typed.attended,
                typed.reason);
    }

    private void set(ServerRequest request, ServerResponse response) {
        pages.form(request, response).ifPresent(form -> {
            Place place = SitePlaces.chosen(theirs(request), Optional.of(form.value(Scope.SITE)));
            Typed typed = Typed.of(form);
            Texts texts = pages.texts(request);
            Optional<SitePolicy> policy = desk.find(place.name())
                    .flatMap(_ -> typed.policy())
                    .flatMap(wanted -> desk.rules().check(place.name(), wanted));
            if (policy.isEmpty()) {
                refuse(request, response, place, typed, texts.text("settings.error.policy"));
            } else if (PresenceOrder.reason(typed.reason).isEmpty()) {
                refuse(request, response, place, typed, texts.text("correct.error.reason"));
            } else {
                add(request, response, place, policy, typed.reason);
            }
        });
    }

    private void refuse(ServerRequest request, ServerResponse response, Place place, Typed typed, String error) {
        response.status(UNPROCESSABLE);
        send(request, response, place, Optional.of(typed), Optional.of(error));
    }

    private void takeBack(ServerRequest request, ServerResponse response) {
        pages.form(request, response).ifPresent(form -> {
            Place place = SitePlaces.chosen(theirs(request), Optional.of(form.value(Scope.SITE)));
            if (PresenceOrder.reason(form.value("reason")).isEmpty()) {
                response.status(UNPROCESSABLE);
                send(
                        request,
                        response,
                        place,
                        Optional.empty(),
                        Optional.of(pages.texts(request).text("correct.error.reason")));
            } else {
                add(request, response, place, Optional.empty(), form.value("reason"));
            }
        });
    }

    private void add(
            ServerRequest request, ServerResponse response, Place place, Optional<SitePolicy> policy, String reason) {
        String author = Authentication.principal(request).name();
        desk.changes().add(place.name(), policy, author, reason.strip(), clock.instant());
        LOG.info("The policy of site {} was {} by {}", place.name(), policy.isPresent() ? "set" : "taken back", author);
        Pages.redirect(response, url(place.name()));
    }
}
