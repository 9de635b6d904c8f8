package portvakt.server.web.view;

/** @param refreshUrl where the part that changes is, by itself */
public record ListView(PageFrame frame, String name, String refreshUrl, SpreadView spread) {}
