package portvakt.server;

import java.time.Period;
import java.util.Optional;

/**
 * What the operator says of the personal data that it handles. Nothing of it has a default but times: what nobody has given is said to
 * be missing, and nothing is made up in its place.
 *
 * @param controller      who decides why and how data is handled: its name
 * @param contact         how to reach it about privacy: an address, a telephone number or both
 * @param officer         how to reach the data protection officer, if there is one
 * @param passagesPurpose what the times of passages are kept for
 * @param passagesBasis   the legal basis of that
 * @param recipients      who gets data beside the operator's own people
 * @param complaints      where to complain: name and address of the authority
 * @param auditKept       how long it is kept who read what, and what became of requests; default P2Y
 */
public record PrivacySettings(
        Optional<String> controller,
        Optional<String> contact,
        Optional<String> officer,
        Optional<InBoth> passagesPurpose,
        Optional<InBoth> passagesBasis,
        Optional<InBoth> recipients,
        Optional<InBoth> complaints,
        Period auditKept) {

    private static final int CHARS_MAX = 1000;

    /** A text in both languages of the pages. */
    public record InBoth(String nb, String en) {
        public InBoth {
            if (nb == null || en == null || nb.isBlank() || en.isBlank()) {
                throw new IllegalArgumentException("give the text as nb and as en: the pages speak both");
            }
            if (nb.length() > CHARS_MAX || en.length() > CHARS_MAX) {
                throw new IllegalArgumentException("a text has at most " + CHARS_MAX + " characters");
            }
        }
    }

    public PrivacySettings {
        controller = text(controller);
        contact = text(contact);
        officer = text(officer);
        passagesPurpose = passagesPurpose == null ? Optional.empty() : passagesPurpose;
        passagesBasis = passagesBasis == null ? Optional.empty() : passagesBasis;
        recipients = recipients == null ? Optional.empty() : recipients;
        complaints = complaints == null ? Optional.empty() : complaints;
        auditKept = auditKept == null ? Period.ofYears(2) : auditKept;
        if (!SiteRetentionSettings.isBetween(Period.ofMonths(1), auditKept, Period.ofYears(10))) {
            throw new IllegalArgumentException("auditKept is " + auditKept + "; give P1M to P10Y, for example P2Y");
        }
    }

    private static Optional<String> text(Optional<String> given) {
        return given == null ? Optional.empty() : given.map(String::strip).filter(text -> !text.isEmpty());
    }

    public static PrivacySettings none() {
        return new PrivacySettings(null, null, null, null, null, null, null, null);
    }
}
