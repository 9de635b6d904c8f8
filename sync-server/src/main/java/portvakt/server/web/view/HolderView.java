package portvakt.server.web.view;

import java.util.function.UnaryOperator;

/**
 * A pass as its holder has it, on a phone or on paper.
 */
public record HolderView(
        Texts texts,
        UnaryOperator<String> fileUrl,
        String kind,
        String site,
        String period,
        String number,
        boolean open,
        String state,
        String codeUrl) {

    public String text(String key, Object... arguments) {
        return texts.text(key, arguments);
    }
}
