package portvakt.server.web.view;

import java.util.Optional;

/** A page that says one thing. */
public record PlainView(PageFrame frame, String title, String text, Optional<Next> next) {

    /** Where it goes on. @param byItself without a click */
    public record Next(String url, String text, boolean byItself) {}
}
