package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What every page has around its content.
 *
 * @param fileUrl   where a static file is, by its name
 * @param formToken for the hidden field of each form
 * @param back      where the language switch returns to
 * @param account   who is logged in, if anybody
 * @param menu      the pages that they may see
 */
public record PageFrame(
        Texts texts,
        UnaryOperator<String> fileUrl,
        String formToken,
        String back,
        Optional<String> account,
        List<Link> menu) {

    /** @param current {@code page}: it is this one; {@code true}: this one is a part of it; else empty */
    public record Link(String path, String text, String current) {}

    public PageFrame {
        menu = List.copyOf(menu);
    }

    /** Links that there is room for on a phone. */
    private static final int FIRST = 3;

    /** Links that there is room for on a wide screen; the rest is behind a word. */
    private static final int SECOND = 6;

    public List<Link> first() {
        return menu.subList(0, Math.min(FIRST, menu.size()));
    }

    /** In sight where there is room. */
    public List<Link> second() {
        return menu.subList(Math.min(FIRST, menu.size()), Math.min(SECOND, menu.size()));
    }

    public List<Link> rest() {
        return menu.subList(Math.min(SECOND, menu.size()), menu.size());
    }

    /** Whether this page is one of those that are out of sight, on a phone or everywhere. */
    public String moreCss() {
        boolean inRest = rest().stream().anyMatch(link -> !link.current().isEmpty());
        boolean inSecond = second().stream().anyMatch(link -> !link.current().isEmpty());
        return inRest ? "here" : inSecond ? "here-if-tight" : "";
    }

    public String text(String key, Object... arguments) {
        return texts.text(key, arguments);
    }

    public String file(String name) {
        return fileUrl.apply(name);
    }
}
