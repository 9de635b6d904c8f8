package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateCodes.Code;
import portvakt.server.port.GateCodes.Condition;
import portvakt.server.port.Gates;
import portvakt.server.port.Right;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.GateCodesView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** One-time codes of a site's gates: made, shown once, withdrawn. */
final class GateCodesPage {

    static final String PATH = "/gate-codes";

    private static final Logger LOG = LoggerFactory.getLogger(GateCodesPage.class);
    private static final String SITE_PATH = PATH + "/{site}";
    private static final int SHOWN_MAX = 30;

    private final GateAdmission admission;
    private final Gates gates;
    private final SitePlaces places;
    private final AccountAudit audit;
    private final Pages pages;
    private final Supplier<URI> url;
    private final InstantSource clock;

    /** @param url under which people and gates reach this server */
    GateCodesPage(
            GateAdmission admission,
            Gates gates,
            SitePlaces places,
            AccountAudit audit,
            Pages pages,
            Supplier<URI> url,
            InstantSource clock) {
        this.admission = admission;
        this.gates = gates;
        this.places = places;
        this.audit = audit;
        this.pages = pages;
        this.url = url;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(SITE_PATH, Right.MANAGE_SITE, this::show),
                Route.form(SITE_PATH, Right.MANAGE_SITE, this::make),
                Route.form(SITE_PATH + "/{id}/withdraw", Right.MANAGE_SITE, this::withdraw));
    }

    static String url(String site) {
        return PATH + "/" + site;
    }

    /** What stands in the form's fields. */
    private record Entered(String gate, boolean out) {}

    private Place place(ServerRequest request) {
        return SitePlaces.chosen(
                places.of(Authentication.principal(request), Right.MANAGE_SITE),
                Optional.of(request.path().pathParameters().get(Scope.SITE)));
    }

    private Optional<Gates.Gate> known(Place place, String gate) {
        return gates.all().stream()
                .filter(each -> each.site().equals(place.name()) && each.gate().equals(gate))
                .findFirst();
    }

    private void show(ServerRequest request, ServerResponse response) {
        Place place = place(request);
        String gate = request.query().first("gate").orElse("");
        boolean out = known(place, gate)
                .map(each -> each.direction() == Direction.OUT)
                .orElse(false);
        send(request, response, place, new Entered(gate, out), Optional.empty(), Optional.empty());
    }

    private void make(ServerRequest request, ServerResponse response) {
        Optional<Form> form = pages.form(request, response);
        if (form.isEmpty()) {
            return;
        }
        Place place = place(request);
        String gate = form.get().value("gate").strip();
        String direction = form.get().value("direction");
        Entered entered = new Entered(gate, direction.equals(Direction.OUT.name()));
        if (!Topics.isName(gate) || !(entered.out || direction.equals(Direction.IN.name()))) {
            response.status(LogInPages.UNPROCESSABLE);
            send(
                    request,
                    response,
                    place,
                    entered,
                    Optional.empty(),
                    Optional.of(pages.texts(request).text("codes.fault")));
            return;
        }
        String account = Authentication.principal(request).name();
        Instant now = clock.instant();
        GateAdmission.Made made = admission.makeCode(
                new GateAddress(place.name(), gate), entered.out ? Direction.OUT : Direction.IN, account, now);
        audit.note(account, "GATE_CODE_MADE", place.name() + "/" + gate, now);
        LOG.info("{} made a code for gate {} of site {}", account, gate, place.name());
        response.status(Status.CREATED_201);
        // Shown once: no cache keeps it, and going back does not bring it again.
        send(request, response, place, new Entered("", false), Optional.of(made), Optional.empty());
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        if (pages.form(request, response).isEmpty()) {
            return;
        }
        Place place = place(request);
        long id = AccountForms.id(request);
        Code code = admission.codes(place.name(), SHOWN_MAX).stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new HttpException("no such code", Status.NOT_FOUND_404));
        String account = Authentication.principal(request).name();
        Instant now = clock.instant();
        if (admission.withdraw(place.name(), id, account, now)) {
            audit.note(
                    account,
                    "GATE_CODE_WITHDRAWN",
                    place.name() + "/" + code.gate().gate(),
                    now);
        }
        Pages.redirect(response, url(place.name()));
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            Place place,
            Entered entered,
            Optional<GateAdmission.Made> made,
            Optional<String> error) {
        PageFrame frame = pages.frame(request, response, url(place.name()));
        Texts texts = frame.texts().in(place.zone());
        pages.send(
                response,
                "gatecodes",
                new GateCodesView(
                        frame,
                        places.of(Authentication.principal(request), Right.MANAGE_SITE).stream()
                                .map(GateCodesPage::view)
                                .toList(),
                        view(place),
                        GatePages.PATH + "?" + Scope.SITE + "=" + place.name(),
                        entered.gate,
                        entered.out,
                        gates.all().stream()
                                .filter(gate -> gate.site().equals(place.name()))
                                .map(Gates.Gate::gate)
                                .toList(),
                        made.map(each -> view(each, place, texts)),
                        error,
                        admission.codes(place.name(), SHOWN_MAX).stream()
                                .map(code -> row(code, texts))
                                .toList()));
    }

    private static CardsView.Place view(Place place) {
        return new CardsView.Place(place.name(), place.title(), url(place.name()));
    }

    private GateCodesView.Made view(GateAdmission.Made made, Place place, Texts texts) {
        String gate = made.code().gate().gate();
        String code = made.secret().text();
        String server = url.get().toString().replaceFirst("/$", "");
        return new GateCodesView.Made(
                gate,
                List.of(code.split("-")),
                "sudo portvakt-gate enrol " + code + " \\\n  --server " + server,
                texts.text("codes.until", texts.moment(made.code().expiresAt(), clock.instant())),
                known(place, gate).map(_ -> texts.text("codes.replaces", gate)));
    }

    private GateCodesView.Row row(Code code, Texts texts) {
        Instant now = clock.instant();
        Condition condition = code.condition(now);
        String state = switch (condition) {
            case OPEN -> texts.text("codes.state.OPEN", texts.moment(code.expiresAt(), now));
            case USED ->
                texts.text("codes.state.USED", texts.moment(code.usedAt().orElseThrow(), now));
            case WITHDRAWN ->
                texts.text(
                        "codes.state.WITHDRAWN", texts.moment(code.withdrawnAt().orElseThrow(), now));
            case EXPIRED -> texts.text("codes.state.EXPIRED", texts.moment(code.expiresAt(), now));
            case TRIED_OUT -> texts.text("codes.state.TRIED_OUT");
        };
        String css = switch (condition) {
            case OPEN, USED -> "good";
            case WITHDRAWN, EXPIRED -> "warn";
            case TRIED_OUT -> "bad";
        };
        return new GateCodesView.Row(
                code.gate().gate(),
                texts.text("direction." + code.direction()),
                css,
                state,
                texts.text("codes.made", code.createdBy(), texts.moment(code.createdAt(), now)),
                condition == Condition.OPEN
                        ? Optional.of(url(code.gate().site()) + "/" + code.id() + "/withdraw")
                        : Optional.empty());
    }
}
