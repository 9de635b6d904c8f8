package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.Principal;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Link;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.view.InspectView;
import portvakt.server.web.view.Notes;
import portvakt.server.web.view.SiteListView;
import portvakt.server.web.view.SiteListWording;
import portvakt.server.web.view.Texts;

/**
 * What an inspector's link shows: the list of one site, to somebody without an account, for a time. The secret in its address is all
 * that it takes, so an address that opens nothing does not say whether it ever did.
 */
final class InspectPage {

    static final String PATH = "/inspect";

    private static final String LINK_PATH = PATH + "/{secret}";

    private static final Principal NOBODY = new Principal("", Set.of(), Optional.empty());

    private final PrivacyDesk desk;
    private final SiteList list;
    private final PersonNotes notes;
    private final Pages pages;
    private final InstantSource clock;

    InspectPage(PrivacyDesk desk, PersonNotes notes, Pages pages, InstantSource clock) {
        this.notes = notes;
        this.desk = desk;
        this.list = desk.siteList();
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.open(Method.GET, LINK_PATH, this::show),
                Route.open(Method.GET, LINK_PATH + "/list.pdf", this::pdf));
    }

    private void pdf(ServerRequest request, ServerResponse response) {
        response.header("X-Robots-Tag", "noindex, nofollow");
        Instant now = clock.instant();
        Optional<Link> link =
                list.link(request.path().pathParameters().get("secret")).filter(found -> found.opens(now));
        Optional<PrivacyDesk.Site> site = link.flatMap(found -> desk.find(found.site()));
        if (site.isEmpty()) {
            throw new HttpException("no such link that opens", Status.NOT_FOUND_404);
        }
        List<Version> rows = list.rows(site.get().name());
        note(link.get(), rows.size(), now);
        SiteListFiles.send(
                response,
                "pdf",
                list,
                site.get(),
                rows,
                pages.texts(request),
                account(link.get()),
                now,
                marks(pages.texts(request), site.get(), rows));
    }

    /** That somebody's data is restricted, and what is held against a row; why it is restricted is for others. */
    private Function<Version, List<String>> marks(Texts texts, PrivacyDesk.Site site, List<Version> rows) {
        Notes said = notes.ofList(
                texts.in(site.zone()), NOBODY, rows.stream().map(Version::row).toList());
        return row -> SiteListPage.marks(said, site, row);
    }

    private static String account(Link link) {
        return "inspector link " + link.id();
    }

    private void show(ServerRequest request, ServerResponse response) {
        response.header("Vary", "Cookie, Accept-Language").header("X-Robots-Tag", "noindex, nofollow");
        Texts texts = pages.texts(request);
        Instant now = clock.instant();
        String secret = request.path().pathParameters().get("secret");
        Optional<Link> link = list.link(secret).filter(found -> found.opens(now));
        Optional<PrivacyDesk.Site> site = link.flatMap(found -> desk.find(found.site()));
        if (site.isEmpty()) {
            response.status(Status.NOT_FOUND_404);
            send(response, texts, Optional.empty(), "", "", "");
            return;
        }
        Texts there = texts.in(site.get().zone());
        SiteListWording wording = new SiteListWording(there);
        List<Version> rows = list.rows(site.get().name());
        note(link.get(), rows.size(), now);
        send(
                response,
                there,
                Optional.of(wording.sheet(
                        site.get().name(),
                        site.get().title(),
                        list.facts(site.get().name()),
                        rows,
                        _ -> "",
                        marks(there, site.get(), rows))),
                there.text(
                        "inspect.until",
                        link.get().madeBy(),
                        there.dateAndTime(link.get().expiresAt())),
                list.lastCheck(site.get().name())
                        .map(wording::checked)
                        .orElseGet(() -> there.text("site-list.never-checked")),
                PATH + "/" + secret);
    }

    /** Before the list is shown; no account did it, so the link's number is the name. */
    private void note(Link link, int rows, Instant now) {
        desk.audit()
                .note(
                        new Read(
                                Kind.SITE_LIST,
                                account(link),
                                LINK_PATH,
                                Optional.of(link.site()),
                                "",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                rows),
                        now);
    }

    private void send(
            ServerResponse response,
            Texts texts,
            Optional<SiteListView.Sheet> sheet,
            String until,
            String checked,
            String self) {
        pages.send(response, "inspect", new InspectView(texts, pages.files()::url, sheet, until, checked, self));
    }
}
