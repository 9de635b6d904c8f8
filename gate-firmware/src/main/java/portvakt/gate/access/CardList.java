package portvakt.gate.access;

import java.time.Instant;
import java.util.Optional;
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

    /** Until when its issuer vouches for it. */
    Instant expiresAt();

    /**
     * Whether its head came from the server since this program started. What a disk held may be an older copy that somebody put
     * back.
     */
    boolean heardInThisRun();

    /**
     * Proves the parts of the list in which the card would stand once more, from the medium as it is now: what has been damaged since
     * they were proved the last time lets nobody in. Asked before {@link #statusOf} where somebody waits for the answer; it takes
     * microseconds. A list that lies on no medium has nothing to prove.
     */
    default void prove(CardNumber card) {}

    /** @return empty where the part of the list in which the card would stand does not prove: the medium has damaged it */
    Optional<CardStatus> statusOf(CardNumber card);
}
