package portvakt.server.web.view;

/** A page that says that there is no page. */
public record ErrorView(PageFrame frame, String title, String text) {}
