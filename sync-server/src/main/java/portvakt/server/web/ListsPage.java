package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Topics;
import portvakt.server.port.Lists;
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
    private final Cookies cookies;
    private final Languages languages;
    private final Templates templates;
    private final StaticFiles files;
    private final InstantSource clock;

    ListsPage(
            Lists lists,
            SpreadDesk desk,
            Cookies cookies,
            Languages languages,
            Templates templates,
            StaticFiles files,
            InstantSource clock) {
        this.lists = lists;
        this.desk = desk;
        this.cookies = cookies;
        this.languages = languages;
        this.templates = templates;
        this.files = files;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(PATH, Route.Protection.PAGE, this::all),
                Route.get(PATH + "/{list}", Route.Protection.PAGE, this::one),
                Route.get(PATH + "/{list}/spread", Route.Protection.PAGE, this::part));
    }

    /** Whether it is the path of one of these pages. */
    static boolean isPath(String path) {
        return path.equals(PATH) || (path.startsWith(PATH + "/") && Topics.isName(path.substring(PATH.length() + 1)));
    }

    private void all(ServerRequest request, ServerResponse response) {
        Instant now = clock.instant();
        PageFrame frame = frame(request, response, PATH);
        SpreadWording wording = new SpreadWording(frame.texts(), now);
        templates.send(
                response,
                "lists",
                new ListsView(
                        frame,
                        lists.names().stream()
                                .map(list -> wording.line(list, desk.of(list, now)))
                                .toList()));
    }

    private void one(ServerRequest request, ServerResponse response) {
        String list = name(request);
        PageFrame frame = frame(request, response, PATH + "/" + list);
        templates.send(
                response,
                "list",
                new ListView(
                        frame,
                        list,
                        PATH + "/" + list + "/spread" + (showsAll(request) ? ALL : ""),
                        spread(request, frame.texts(), list)));
    }

    private void part(ServerRequest request, ServerResponse response) {
        templates.send(response, "spread", spread(request, languages.texts(request), name(request)));
    }

    private SpreadView spread(ServerRequest request, Texts texts, String list) {
        Instant now = clock.instant();
        return new SpreadWording(texts, now)
                .spread(desk.of(list, now), lists.find(list), showsAll(request) ? "" : PATH + "/" + list + ALL);
    }

    private PageFrame frame(ServerRequest request, ServerResponse response, String path) {
        response.header("Vary", "Cookie, Accept-Language");
        return new PageFrame(
                languages.texts(request),
                files::url,
                FormToken.of(cookies.formSecret(request, response)),
                path,
                Optional.of(Authentication.principal(request).name()));
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
