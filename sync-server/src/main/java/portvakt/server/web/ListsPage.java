package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import portvakt.server.port.Lists;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;
import portvakt.server.web.view.ListView;
import portvakt.server.web.view.ListsView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.SpreadView;
import portvakt.server.web.view.SpreadWording;
import portvakt.server.web.view.Texts;

/** The pages that show how the lists spread. Of use without any script; with one, a list's page asks for its figures again and again. */
final class ListsPage {

    static final String PATH = "/lists";

    private static final String ALL = "?all=1";

    private final Lists lists;
    private final SpreadDesk desk;
    private final Pages pages;
    private final InstantSource clock;

    ListsPage(Lists lists, SpreadDesk desk, Pages pages, InstantSource clock) {
        this.lists = lists;
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.SEE_GATES, this::all),
                Route.page(PATH + "/{list}", Right.SEE_GATES, this::one),
                Route.page(PATH + "/{list}/spread", Right.SEE_GATES, this::part));
    }

    private void all(ServerRequest request, ServerResponse response) {
        Instant now = clock.instant();
        PageFrame frame = pages.frame(request, response, PATH);
        SpreadWording wording = new SpreadWording(frame.texts(), now);
        Sites sites = sites(request);
        pages.send(
                response,
                "lists",
                new ListsView(
                        frame,
                        lists.names().stream()
                                .filter(sites::includeList)
                                .map(list -> wording.line(list, desk.of(list, sites, now)))
                                .toList()));
    }

    private void one(ServerRequest request, ServerResponse response) {
        String list = name(request);
        PageFrame frame = pages.frame(request, response, PATH + "/" + list);
        pages.send(
                response,
                "list",
                new ListView(
                        frame,
                        list,
                        PATH + "/" + list + "/spread" + (showsAll(request) ? ALL : ""),
                        spread(request, frame.texts(), list)));
    }

    private void part(ServerRequest request, ServerResponse response) {
        pages.send(response, "spread", spread(request, pages.texts(request), name(request)));
    }

    private SpreadView spread(ServerRequest request, Texts texts, String list) {
        Instant now = clock.instant();
        Sites sites = sites(request);
        return new SpreadWording(texts, now)
                .spread(desk.of(list, sites, now), lists.find(list), showsAll(request) ? "" : PATH + "/" + list + ALL);
    }

    private static Sites sites(ServerRequest request) {
        return Authentication.principal(request).sites(Right.SEE_GATES);
    }

    private String name(ServerRequest request) {
        String name = request.path().pathParameters().get("list");
        if (!lists.names().contains(name)) {
            throw new HttpException("no such list", Status.NOT_FOUND_404);
        }
        return name;
    }

    private static boolean showsAll(ServerRequest request) {
        return request.query().contains("all");
    }
}
