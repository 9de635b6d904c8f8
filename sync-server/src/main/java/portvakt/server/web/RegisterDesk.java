package portvakt.server.web;

import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.server.adapter.register.Reconciler;
import portvakt.server.adapter.register.SecurityEventTokens;
import portvakt.server.port.CardRegister;
import portvakt.server.port.Reconciliations;
import portvakt.server.port.RegisterRecords;

/**
 * What it takes to take and show what is said of cards. Immutable.
 *
 * @param tokens              empty: no register is set up, and its endpoint is not there
 * @param reconciler          empty: no list is pulled
 * @param registerList        the list that only the register, or a file of it, may change
 * @param acceptedCardNumbers what a card number has to look like
 * @param releasePercentMax   of the listed cards, that may become valid at once without somebody's confirmation
 */
public record RegisterDesk(
        CardRegister register,
        RegisterRecords records,
        Reconciliations reconciliations,
        Optional<SecurityEventTokens> tokens,
        Optional<Reconciler> reconciler,
        String registerList,
        Pattern acceptedCardNumbers,
        int releasePercentMax) {}
