package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.Enrolments;
import portvakt.server.port.GateRegistry;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Lists;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.GateHealthView;
import portvakt.server.web.view.GatePageView;
import portvakt.server.web.view.GateWording;
import portvakt.server.web.view.GatesPageView;
import portvakt.server.web.view.Texts;

/** The pages of a site's gates: what is wrong and what to do, and the form that cuts one off. Of use without any script. */
final class GatePages {

    static final String PATH = "/gates";

    private static final Logger LOG = LoggerFactory.getLogger(GatePages.class);
    private static final String ONE_PATH = PATH + "/{site}/{gate}";
    private static final Status UNPROCESSABLE = Status.create(422);

    /** What the pages read. */
    record Desk(
            Gates gates,
            GateRegistry registry,
            Lists lists,
            Enrolments enrolments,
            RegisterRecords records,
            SitePlaces places) {}

    private final Desk desk;
    private final Pages pages;
    private final InstantSource clock;

    GatePages(Desk desk, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.SEE_GATES, this::all),
                Route.page(PATH + "/part", Right.SEE_GATES, this::allPart),
                Route.page(ONE_PATH, Right.SEE_GATES, this::one),
                Route.page(ONE_PATH + "/part", Right.SEE_GATES, this::onePart),
                Route.form(ONE_PATH + "/cut-off", Right.MANAGE_SITE, this::cutOff));
    }

    private static String url(String site) {
        return PATH + "?" + Scope.SITE + "=" + site;
    }

    private static String url(Gate gate) {
        return PATH + "/" + gate.site() + "/" + gate.gate();
    }

    private static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), url(place.name()));
    }

    private List<Place> places(ServerRequest request) {
        return desk.places().of(Authentication.principal(request), Right.SEE_GATES);
    }

    private Place asked(ServerRequest request) {
        return SitePlaces.chosen(
                places(request), request.query().first(Scope.SITE).asOptional());
    }

    private void all(ServerRequest request, ServerResponse response) {
        Place place = asked(request);
        pages.send(
                response,
                "gatepages",
                new GatesPageView(
                        pages.frame(request, response, PATH),
                        places(request).stream().map(GatePages::view).toList(),
                        view(place),
                        PATH + "/part?" + Scope.SITE + "=" + place.name(),
                        health(request, place),
                        Optional.of(GateCodesPage.url(place.name()))
                                .filter(_ -> Authentication.principal(request).may(Right.MANAGE_SITE, place.name()))));
    }

    private void allPart(ServerRequest request, ServerResponse response) {
        pages.send(response, "gatehealth", health(request, asked(request)));
    }

    private GateHealthView health(ServerRequest request, Place place) {
        Map<GateAddress, Instant> until = desk.registry().certificatesUntil();
        return wording(request, place)
                .health(
                        desk.gates().all().stream()
                                .filter(gate -> gate.site().equals(place.name()))
                                .toList(),
                        gate -> Optional.ofNullable(until.get(address(gate))),
                        GatePages::url);
    }

    private GateWording wording(ServerRequest request, Place place) {
        Texts texts = pages.texts(request).in(place.zone());
        return new GateWording(
                texts,
                clock.instant(),
                list -> desk.lists().find(list).map(Lists.PublishedList::version),
                desk.enrolments().versions().getOrDefault(place.name(), 0L));
    }

    private static GateAddress address(Gate gate) {
        return new GateAddress(gate.site(), gate.gate());
    }

    private Place place(ServerRequest request) {
        return SitePlaces.chosen(
                places(request), Optional.of(request.path().pathParameters().get(Scope.SITE)));
    }

    private Gate gate(ServerRequest request, Place place) {
        String name = request.path().pathParameters().get("gate");
        return desk.gates().all().stream()
                .filter(gate -> gate.site().equals(place.name()) && gate.gate().equals(name))
                .findFirst()
                .orElseThrow(() -> new HttpException("no such gate", Status.NOT_FOUND_404));
    }

    private void one(ServerRequest request, ServerResponse response) {
        send(request, response, Optional.empty());
    }

    private void send(ServerRequest request, ServerResponse response, Optional<String> error) {
        Place place = place(request);
        Gate gate = gate(request, place);
        pages.send(
                response,
                "gatepage",
                new GatePageView(
                        pages.frame(request, response, url(gate)),
                        view(place),
                        gate.gate(),
                        detail(request, place, gate),
                        url(gate) + "/part",
                        Authentication.principal(request).may(Right.MANAGE_SITE, place.name()),
                        error));
    }

    private void onePart(ServerRequest request, ServerResponse response) {
        Place place = place(request);
        pages.send(response, "gatedetail", detail(request, place, gate(request, place)));
    }

    private GatePageView.Detail detail(ServerRequest request, Place place, Gate gate) {
        return wording(request, place)
                .detail(
                        gate,
                        Optional.ofNullable(desk.registry().certificatesUntil().get(address(gate))));
    }

    private void cutOff(ServerRequest request, ServerResponse response) {
        Optional<Form> form = pages.form(request, response);
        if (form.isEmpty()) {
            return;
        }
        Place place = place(request);
        Gate gate = gate(request, place);
        // Typed, since no second thought brings the gate back without somebody at it.
        if (!form.get().value("name").strip().equals(gate.gate())) {
            response.status(UNPROCESSABLE);
            send(request, response, Optional.of(pages.texts(request).text("cutoff.error", gate.gate())));
            return;
        }
        String account = Authentication.principal(request).name();
        if (desk.registry().revoke(address(gate), clock.instant())) {
            LOG.info("Gate {} of site {} was cut off by {}", gate.gate(), gate.site(), account);
            desk.records()
                    .note(new Note(
                            Action.CUT_OFF,
                            Optional.empty(),
                            Optional.of(gate.site()),
                            Optional.of(account),
                            Optional.empty(),
                            "DONE",
                            "gate " + gate.gate()));
        }
        Pages.redirect(response, url(place.name()));
    }
}
