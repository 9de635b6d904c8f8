package portvakt.server.web;

import java.util.List;
import java.util.regex.Pattern;
import portvakt.server.port.CardChips;
import portvakt.server.port.Enrolments;

/**
 * What it takes to enrol cards. Immutable.
 *
 * @param chips               which of them showed which number
 * @param sites               those that are set up; one that has a gate, or ever had a binding, is known beside them
 * @param acceptedCardNumbers what a card number has to look like
 */
public record EnrolmentDesk(Enrolments enrolments, CardChips chips, List<String> sites, Pattern acceptedCardNumbers) {
    public EnrolmentDesk {
        sites = List.copyOf(sites);
    }
}
