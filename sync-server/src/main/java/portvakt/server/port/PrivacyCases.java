package portvakt.server.port;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;

/**
 * What people ask for by their rights, by when it has to be answered (GDPR Article 12(3): a month), and the answer. Safe for any thread;
 * each method is one transaction and throws {@link StorageException}.
 */
public interface PrivacyCases {

    int TEXT_CHARS_MAX = 1000;

    /** What is asked for: GDPR Articles 15, 16, 17, 21 and 18. */
    enum Kind {
        ACCESS,
        RECTIFICATION,
        ERASURE,
        OBJECTION,
        RESTRICTION
    }

    enum Decision {
        GRANTED,
        REFUSED
    }

    /** @param answer the reason of the decision, as the person is told it */
    record Closing(Decision decision, String answer, String by, Instant at) {}

    /**
     * @param dueOn   the last day on which an answer is in time
     * @param grounds what they asked for and why, as somebody took it down; empty: erased
     */
    record Case(
            long id,
            String site,
            CardNumber card,
            Kind kind,
            LocalDate receivedOn,
            LocalDate dueOn,
            String grounds,
            String openedBy,
            Instant openedAt,
            Optional<Closing> closing) {}

    Case open(String site, CardNumber card, Kind kind, LocalDate receivedOn, String grounds, String by, Instant now);

    /** @return the case as it is now; empty if the site has no such open case */
    Optional<Case> close(String site, long id, Decision decision, String answer, String by, Instant now);

    /** The open ones, the most urgent first. */
    List<Case> open(String site);

    /** All of a person, newest first. */
    List<Case> casesOf(String site, CardNumber card);
}
