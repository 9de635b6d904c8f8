package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import portvakt.server.port.Right;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Change;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.SiteListRowView;
import portvakt.server.web.view.SiteListView;
import portvakt.server.web.view.SiteListWording;
import portvakt.server.web.view.Texts;

/** One row of the site's list: all that it ever said and who wrote it, and the form that says it anew. */
final class SiteListRowPage {

    private static final String PATH = SiteListPage.PATH + "/{site}/rows/{id}";

    private final PrivacyDesk desk;
    private final SiteList list;
    private final PersonNotes notes;
    private final Pages pages;
    private final InstantSource clock;

    SiteListRowPage(PrivacyDesk desk, PersonNotes notes, Pages pages, InstantSource clock) {
        this.notes = notes;
        this.desk = desk;
        this.list = desk.siteList();
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.SEE_SITE_LIST, this::show),
                Route.form(PATH, Right.KEEP_SITE_LIST, this::edit),
                Route.form(PATH + "/remove", Right.KEEP_SITE_LIST, this::remove));
    }

    static String url(String site, long row) {
        return SiteListPage.PATH + "/" + site + "/rows/" + row;
    }

    private static HttpException noSuchRow() {
        return new HttpException("no such row", Status.NOT_FOUND_404);
    }

    private PrivacyDesk.Site site(ServerRequest request) {
        return desk.find(request.path().pathParameters().get(Scope.SITE)).orElseThrow(SiteListRowPage::noSuchRow);
    }

    private static long row(ServerRequest request) {
        String id = request.path().pathParameters().get("id");
        if (!id.matches("[0-9]{1,18}")) {
            throw noSuchRow();
        }
        return Long.parseLong(id);
    }

    private void show(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        List<Version> versions = list.versions(site.name(), row(request));
        if (versions.isEmpty()) {
            throw noSuchRow();
        }
        send(
                request,
                response,
                site,
                versions,
                PersonFields.of(versions.getLast().person()),
                List.of(),
                List.of());
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            PrivacyDesk.Site site,
            List<Version> versions,
            SortedMap<String, String> values,
            List<String> wrong,
            List<String> errors) {
        PageFrame frame = pages.frame(request, response, SiteListPage.PATH);
        Texts texts = frame.texts().in(site.zone());
        SiteListWording wording = new SiteListWording(texts);
        Version last = versions.getLast();
        last.person().card().ifPresent(card -> Reading.about(request, card));
        String url = url(site.name(), last.row());
        pages.send(
                response,
                "site-list-row",
                new SiteListRowView(
                        frame,
                        SiteListPage.PATH + "?site=" + site.name(),
                        wording.row(
                                last,
                                "",
                                SiteListPage.marks(
                                        notes.ofList(texts, Authentication.principal(request), List.of(last.row())),
                                        site,
                                        last)),
                        Authentication.principal(request).may(Right.KEEP_SITE_LIST, site.name()),
                        last.change() == Change.REMOVED,
                        new SiteListView.PersonForm(url, values, wrong, texts.text("site-list.save")),
                        errors,
                        url + "/remove",
                        versions.reversed().stream().map(wording::version).toList()));
    }

    private void edit(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        PrivacyDesk.Site site = site(request);
        long row = row(request);
        List<Version> versions = list.versions(site.name(), row);
        if (versions.isEmpty()) {
            throw noSuchRow();
        }
        SortedMap<String, String> values = SiteListPage.values(sent.get());
        PersonFields.Read read = PersonFields.read(values, desk.acceptedCardNumbers(), site.day(clock.instant()));
        boolean taken = read.person().isPresent()
                && SiteListPage.isTaken(list, site.name(), read.person().get(), row);
        if (read.person().isEmpty() || taken) {
            Texts texts = pages.texts(request);
            response.status(Status.create(422));
            send(
                    request,
                    response,
                    site,
                    versions,
                    values,
                    taken
                            ? List.of(PersonFields.CARD)
                            : List.copyOf(read.faults().keySet()),
                    taken ? List.of(texts.text("site-list.fault.card-taken")) : SiteListPage.errors(texts, read));
            return;
        }
        list.edit(
                        site.name(),
                        row,
                        read.person().get(),
                        Authentication.principal(request).name(),
                        clock.instant())
                .orElseThrow(SiteListRowPage::noSuchRow);
        Pages.redirect(response, url(site.name(), row));
    }

    private void remove(ServerRequest request, ServerResponse response) {
        if (pages.form(request, response).isEmpty()) {
            return;
        }
        PrivacyDesk.Site site = site(request);
        list.remove(site.name(), row(request), Authentication.principal(request).name(), clock.instant())
                .orElseThrow(SiteListRowPage::noSuchRow);
        Pages.redirect(response, SiteListPage.PATH + "?site=" + site.name());
    }
}
