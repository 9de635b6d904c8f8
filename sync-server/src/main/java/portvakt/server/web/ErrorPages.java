package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import portvakt.server.web.view.ErrorView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** What a browser gets where there is no page. The status is set already. */
final class ErrorPages {

    private final Cookies cookies;
    private final Languages languages;
    private final Templates templates;
    private final StaticFiles files;

    ErrorPages(Cookies cookies, Languages languages, Templates templates, StaticFiles files) {
        this.cookies = cookies;
        this.languages = languages;
        this.templates = templates;
        this.files = files;
    }

    void send(ServerRequest request, ServerResponse response) {
        Texts texts = languages.texts(request);
        String kind = switch (response.status().code()) {
            case 403 -> "403";
            case 404 -> "404";
            default -> "other";
        };
        PageFrame frame = new PageFrame(
                texts,
                files::url,
                FormToken.of(cookies.formSecret(request, response)),
                ConsolePage.PATH,
                Optional.empty());
        templates.send(
                response,
                "error",
                new ErrorView(frame, texts.text("error.title." + kind), texts.text("error.text." + kind)));
    }
}
