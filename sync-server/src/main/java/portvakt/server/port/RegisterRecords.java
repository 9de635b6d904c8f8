package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * What is known of cards and how it came to be: the audit that is only ever added to. Safe for any thread; each method is one
 * transaction and throws {@link StorageException} if the database is away.
 */
public interface RegisterRecords {

    /** Most rows that one question is answered with. */
    int LIMIT_MAX = 1000;

    /** Longest text of an audit row, in characters; what is longer is cut. */
    int DETAIL_CHARS_MAX = 1000;

    /** A card's status and since when, at its source, it has it. */
    record Known(CardStatus status, Instant eventTime) {}

    /** What an audit row tells of. */
    enum Action {
        /** One card's status was said to be something; the outcome tells what became of it. */
        CHANGE,
        /** Something was refused before it could change anything. */
        REFUSAL,
        IMPORT,
        /** A Token Status List was asked for. */
        PULL,
        RECONCILIATION,
        /** A person let through what a guard had held. */
        CONFIRMATION,
        /** A gate's chain was handed out. */
        EXPORT,
        /** Persons were taken out of the entry log. */
        ERASURE,
        /** A gate may not talk to the server any more. */
        CUT_OFF
    }

    /**
     * One row.
     *
     * @param source  who said it
     * @param account who was logged in
     * @param tokenId what it was said in
     * @param before  the card's status before, for a CHANGE
     * @param status  the status that was said
     * @param outcome a word: for a CHANGE {@link CardRegister.Outcome}
     * @param reason  why, in somebody's words, or what a REFUSAL and the others came to
     */
    record AuditRow(
            long id,
            Instant at,
            Action action,
            Optional<String> list,
            Optional<CardNumber> card,
            Optional<CardStatus> before,
            Optional<CardStatus> status,
            Optional<Instant> eventTime,
            Optional<String> source,
            Optional<String> account,
            Optional<String> tokenId,
            String outcome,
            Optional<String> reason) {}

    /** Something to be noted that changes no card by itself. */
    record Note(
            Action action,
            Optional<String> list,
            Optional<String> source,
            Optional<String> account,
            Optional<String> tokenId,
            String outcome,
            String reason) {}

    /** Which rows of the audit; an empty part does not matter. */
    record Filter(Optional<String> list, Optional<CardNumber> card, Optional<String> source) {
        public static final Filter NONE = new Filter(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Every card that anything was ever said of, the valid ones too. */
    Map<CardNumber, Known> known(String list);

    Optional<Known> find(String list, CardNumber card);

    /** Adds a row. On disk with the next change. */
    void note(Note note);

    /** Rows above an id, oldest first. Ids rise in the order of the commits, so that a reader who polls misses none. */
    List<AuditRow> audit(long after, int limit, Filter filter);
}
