package portvakt.server.web;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.StatusChange;

/** What somebody says of a card on a site's own list, by the API or on a page. Safe for any thread. */
final class CardOrder {

    static final String SOURCE = "site";

    private static final Logger LOG = LoggerFactory.getLogger(CardOrder.class);

    private final RegisterDesk desk;
    private final InstantSource clock;

    CardOrder(RegisterDesk desk, InstantSource clock) {
        this.desk = desk;
        this.clock = clock;
    }

    /** @param account who says it */
    Outcome apply(String list, CardNumber card, CardStatus status, String account, Optional<String> reason) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        // What a person says last counts, also within one millisecond and after a clock was set back.
        Instant eventTime = desk.records()
                .find(list, card)
                .map(known -> known.eventTime().plusMillis(1))
                .filter(now::isBefore)
                .orElse(now);
        Outcome outcome = desk.register()
                .apply(new StatusChange(
                        list,
                        card,
                        status,
                        eventTime,
                        SOURCE,
                        "at " + now,
                        Optional.empty(),
                        Optional.of(account),
                        reason));
        LOG.info("Card {} on list {}: {}, {}", card, list, status, outcome);
        return outcome;
    }

    /** A reason as it can be kept; empty: it is none. */
    static Optional<String> reason(Optional<String> text) {
        return text.map(String::strip)
                .filter(reason -> !reason.isEmpty() && reason.length() <= StatusChange.TEXT_CHARS_MAX);
    }
}
