package portvakt.server.list;

import java.time.Instant;
import java.util.Optional;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords.Known;

/**
 * Which of two statuses of one card counts: the one that became so later at the register, whatever order they arrive in. At the
 * very same time the graver one counts, so that the order of arrival never decides.
 */
public final class StatusOrder {

    private StatusOrder() {}

    /**
     * @param known what is known of the card; one that nothing is known of is valid
     * @return APPLIED if the card's status changes by this, else UNCHANGED
     */
    public static Outcome judge(Optional<Known> known, CardStatus status, Instant eventTime) {
        CardStatus before = known.map(Known::status).orElse(CardStatus.VALID);
        return before != status && counts(known, status, eventTime) ? Outcome.APPLIED : Outcome.UNCHANGED;
    }

    /** Whether the card keeps its status but is known to have it at a later time. */
    public static boolean movesTime(Optional<Known> known, CardStatus status, Instant eventTime) {
        return known.isPresent()
                && known.get().status() == status
                && eventTime.isAfter(known.get().eventTime());
    }

    private static boolean counts(Optional<Known> known, CardStatus status, Instant eventTime) {
        if (known.isEmpty() || eventTime.isAfter(known.get().eventTime())) {
            return true;
        }
        return eventTime.equals(known.get().eventTime())
                && gravity(status) > gravity(known.get().status());
    }

    private static int gravity(CardStatus status) {
        return switch (status) {
            case VALID -> 0;
            case SUSPENDED -> 1;
            case REVOKED -> 2;
        };
    }
}
