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

    public String text(String key, Object... arguments) {
        return texts.text(key, arguments);
    }

    public String file(String name) {
        return fileUrl.apply(name);
    }
}
