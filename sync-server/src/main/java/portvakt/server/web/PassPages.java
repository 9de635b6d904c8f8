package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.server.port.Passes.Issued;
import portvakt.server.port.Right;
import portvakt.server.web.PassFaultException.Fault;
import portvakt.server.web.view.HolderView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PassView;
import portvakt.server.web.view.PassWording;
import portvakt.server.web.view.PassesView;
import portvakt.server.web.view.Texts;

/**
 * The pages where passes are issued and taken back, and the one that their holders have. Of use without any script.
 *
 * <p>A holder has no account. The address of the holder's page has the pass's own code in it: who has the one has the other, so
 * nothing is given away, and nobody finds another's pass by trying.
 */
final class PassPages {

    static final String PATH = "/passes";
    static final String HOLDER_PATH = "/pass";

    private static final String ONE_PATH = PATH + "/{site}/{pass}";
    private static final String PICTURE_PATH = HOLDER_PATH + "/code.png";
    private static final String CODE = "code";
    private static final int ROWS = 50;

    private final PassDesk desk;
    private final Pages pages;
    private final ZoneId zone;
    private final InstantSource clock;

    PassPages(PassDesk desk, Pages pages, ZoneId zone, InstantSource clock) {
        this.desk = desk;
        this.pages = pages;
        this.zone = zone;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.ISSUE_PASSES, this::all),
                Route.form(PATH, Right.ISSUE_PASSES, this::issue),
                Route.page(ONE_PATH, Right.ISSUE_PASSES, this::one),
                Route.form(ONE_PATH + "/withdraw", Right.ISSUE_PASSES, this::withdraw),
                Route.open(Method.GET, HOLDER_PATH, this::holder),
                Route.open(Method.GET, PICTURE_PATH, this::picture));
    }

    private void all(ServerRequest request, ServerResponse response) {
        List<String> sites = sites(request);
        String site = request.query()
                .first(Scope.SITE)
                .asOptional()
                .filter(sites::contains)
                .orElse(sites.isEmpty() ? "" : sites.getFirst());
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        sendAll(
                request,
                response,
                site,
                HolderKind.VISITOR.name(),
                new PassesView.Entered(today.toString(), today.toString(), ""),
                Optional.empty());
    }

    private List<String> sites(ServerRequest request) {
        return Scope.choices(Authentication.principal(request), Right.ISSUE_PASSES, desk.sites());
    }

    private void sendAll(
            ServerRequest request,
            ServerResponse response,
            String site,
            String kind,
            PassesView.Entered entered,
            Optional<Fault> fault) {
        PageFrame frame = pages.frame(request, response, PATH);
        PassWording wording = new PassWording(frame.texts(), clock.instant());
        List<Issued> passes = site.isEmpty() ? List.of() : desk.list(site, before(request), ROWS);
        Reading.shown(request, passes.size());
        if (!site.isEmpty()) {
            Reading.at(request, Optional.of(site));
        }
        pages.send(
                response,
                "passes",
                new PassesView(
                        frame,
                        sites(request).stream()
                                .map(name -> new PassesView.Place(name, PATH + "?site=" + name, name.equals(site)))
                                .toList(),
                        site,
                        Arrays.stream(HolderKind.values())
                                .map(each -> new PassesView.Choice(
                                        each.name(),
                                        wording.kind(each),
                                        each.name().equals(kind)))
                                .toList(),
                        entered,
                        fault.map(each -> frame.text("pass.fault." + each)),
                        passes.stream()
                                .map(each -> wording.row(each, url(each)))
                                .toList(),
                        passes.size() < ROWS
                                ? Optional.empty()
                                : Optional.of(PATH + "?site=" + site + "&before="
                                        + passes.getLast().id())));
    }

    private void issue(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        String site = form.value("site");
        if (!sites(request).contains(site)) {
            throw new HttpException("no such site", Status.NOT_FOUND_404);
        }
        PassesView.Entered entered =
                new PassesView.Entered(form.value("from"), form.value("until"), form.value("note"));
        Instant now = clock.instant();
        try {
            PassWish wish = PassWish.of(
                    form.value("kind"),
                    day(entered.from()).atStartOfDay(zone).toInstant(),
                    day(entered.until()).plusDays(1).atStartOfDay(zone).toInstant(),
                    entered.note(),
                    now);
            Issued issued =
                    desk.issue(site, wish, Authentication.principal(request).name(), now);
            Pages.redirect(response, url(issued));
        } catch (PassFaultException e) {
            response.status(Status.BAD_REQUEST_400);
            sendAll(request, response, site, form.value("kind"), entered, Optional.of(e.fault()));
        }
    }

    private static LocalDate day(String text) throws PassFaultException {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new PassFaultException(Fault.TIMES);
        }
    }

    private void one(ServerRequest request, ServerResponse response) {
        sendOne(request, response, pass(request), Optional.empty());
    }

    private void sendOne(ServerRequest request, ServerResponse response, Issued issued, Optional<String> error) {
        Instant now = clock.instant();
        PageFrame frame = pages.frame(request, response, PATH);
        PassWording wording = new PassWording(frame.texts(), now);
        String query = query(desk.code(issued));
        pages.send(
                response,
                "pass",
                new PassView(
                        frame,
                        url(issued),
                        PassWording.grouped(issued),
                        wording.kind(issued.pass().kind()),
                        issued.pass().site(),
                        wording.period(issued),
                        issued.note(),
                        wording.issued(issued),
                        wording.state(issued),
                        wording.css(issued),
                        issued.isOpen(now),
                        PICTURE_PATH + query,
                        HOLDER_PATH + query,
                        error));
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        Issued issued = pass(request);
        String reason = form.value("reason").strip();
        if (reason.isEmpty() || reason.length() > portvakt.server.port.StatusChange.TEXT_CHARS_MAX) {
            response.status(Status.BAD_REQUEST_400);
            sendOne(request, response, issued, Optional.of(pages.texts(request).text("pass.fault.REASON")));
            return;
        }
        desk.withdraw(issued, Authentication.principal(request).name(), reason, clock.instant());
        Pages.redirect(response, url(issued));
    }

    /** For anybody who has the code: says nothing that is not in it, but whether it still counts. */
    private void holder(ServerRequest request, ServerResponse response) {
        Issued issued = shown(request);
        Instant now = clock.instant();
        Texts texts = pages.texts(request);
        PassWording wording = new PassWording(texts, now);
        response.header("Vary", "Cookie, Accept-Language").header("X-Robots-Tag", "noindex");
        pages.send(
                response,
                "holder",
                new HolderView(
                        texts,
                        pages.files()::url,
                        wording.kind(issued.pass().kind()),
                        issued.pass().site(),
                        wording.period(issued),
                        PassWording.grouped(issued),
                        issued.isOpen(now),
                        wording.state(issued),
                        PICTURE_PATH + query(desk.code(issued))));
    }

    private void picture(ServerRequest request, ServerResponse response) {
        Issued issued = shown(request);
        if (!issued.isOpen(clock.instant())) {
            throw new HttpException("this pass opens no more", Status.NOT_FOUND_404);
        }
        response.header(HeaderNames.CONTENT_TYPE, "image/png");
        response.send(QrPicture.png(desk.code(issued).text()));
    }

    private Issued shown(ServerRequest request) {
        try {
            return desk.shown(PassCode.read(request.query().first(CODE).orElse("")))
                    .orElseThrow(PassPages::noSuchPass);
        } catch (PassRefusedException e) {
            throw noSuchPass();
        }
    }

    private Issued pass(ServerRequest request) {
        String site = request.path().pathParameters().get("site");
        return Optional.of(site)
                .filter(desk.sites()::contains)
                .flatMap(name -> desk.find(name, request.path().pathParameters().get("pass")))
                .orElseThrow(PassPages::noSuchPass);
    }

    private static HttpException noSuchPass() {
        return new HttpException("no such pass", Status.NOT_FOUND_404);
    }

    private static long before(ServerRequest request) {
        try {
            return Long.parseLong(request.query().first("before").orElse(""));
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String url(Issued issued) {
        return PATH + "/" + issued.pass().site() + "/" + issued.pass().number().digits();
    }

    private static String query(PassCode code) {
        return "?" + CODE + "=" + URLEncoder.encode(code.text(), StandardCharsets.UTF_8);
    }
}
