package portvakt.server.web.view;

/** One of several that a form offers. @param name as the form sends it */
public record Choice(String name, String text, boolean chosen) {}
