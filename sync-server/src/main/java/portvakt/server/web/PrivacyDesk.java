package portvakt.server.web;

import java.util.List;
import java.util.regex.Pattern;
import portvakt.server.port.AccessAudit;

/**
 * What it takes to answer for personal data. Immutable.
 *
 * @param sites               those that are set up, by name
 * @param acceptedCardNumbers what a card number has to look like
 */
public record PrivacyDesk(AccessAudit audit, List<String> sites, Pattern acceptedCardNumbers) {

    public PrivacyDesk {
        sites = List.copyOf(sites);
    }
}
