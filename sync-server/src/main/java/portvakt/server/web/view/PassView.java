package portvakt.server.web.view;

import java.util.Optional;

/**
 * One pass, as its issuer sees it.
 *
 * @param open      whether its code opens, now or later
 * @param codeUrl   the picture
 * @param holderUrl the page for the holder's phone or paper; whoever has this address has the pass
 */
public record PassView(
        PageFrame frame,
        String url,
        String number,
        String kind,
        String site,
        String period,
        String note,
        String issued,
        String state,
        String css,
        boolean open,
        String codeUrl,
        String holderUrl,
        Optional<String> error) {}
