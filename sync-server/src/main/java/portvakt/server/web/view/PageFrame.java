package portvakt.server.web.view;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What every page has around its content.
 *
 * @param fileUrl   where a static file is, by its name
 * @param formToken for the hidden field of each form
 * @param back      where the language switch returns to
 * @param account   who is logged in, if anybody
 */
public record PageFrame(
        Texts texts, UnaryOperator<String> fileUrl, String formToken, String back, Optional<String> account) {

    public String text(String key, Object... arguments) {
        return texts.text(key, arguments);
    }

    public String file(String name) {
        return fileUrl.apply(name);
    }
}
