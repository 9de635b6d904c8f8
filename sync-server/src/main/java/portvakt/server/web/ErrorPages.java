package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import portvakt.server.web.view.ErrorView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** What a browser gets where there is no page. The status is set already. */
final class ErrorPages {

    private final Pages pages;

    ErrorPages(Pages pages) {
        this.pages = pages;
    }

    void send(ServerRequest request, ServerResponse response) {
        Texts texts = pages.texts(request);
        String kind = switch (response.status().code()) {
            case 403 -> "403";
            case 404 -> "404";
            default -> "other";
        };
        PageFrame frame = pages.frame(request, response, ConsolePage.PATH);
        pages.send(
                response,
                "error",
                new ErrorView(frame, texts.text("error.title." + kind), texts.text("error.text." + kind)));
    }
}
