package portvakt.gate.access;

import java.time.Instant;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/** One card status list at one version, proved and ready to answer. Answers are exact: no card is ever taken for another. */
public interface CardList {

    /** Its name, for example {@code hms-kort}. */
    String list();

    int epoch();

    long version();

    /** When the issuer last signed this version. The list's age counts from here, never from its receipt. */
    Instant issuedAt();

    CardStatus statusOf(CardNumber card);
}
