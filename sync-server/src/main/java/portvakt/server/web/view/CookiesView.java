package portvakt.server.web.view;

import java.util.List;

/** The cookies that are set, and no others. */
public record CookiesView(PageFrame frame, List<Cookie> cookies) {

    public record Cookie(String name, String purpose, String kept) {}
}
