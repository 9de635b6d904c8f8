package portvakt.server.port;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;

/**
 * What people state about who is on site, whom a rule took for gone, and who entered twice. All of it lies beside the entry log,
 * which it changes nothing in. Safe for any thread; each method is one transaction and throws {@link StorageException}.
 */
public interface Presence {

    int REASON_CHARS_MAX = 300;

    /** Most rows in one answer. */
    int LIMIT_MAX = 500;

    /** How far back somebody may state something. */
    Duration STATED_WITHIN = Duration.ofDays(90);

    /** Whose presence it is. */
    sealed interface Holder {

        /** How passages and statements of one holder find each other. */
        String key();

        record Card(CardNumber number) implements Holder {
            @Override
            public String key() {
                return "card:" + number.digits();
            }
        }

        /** A chip that is bound to no card number. */
        record Chip(Uid uid) implements Holder {
            @Override
            public String key() {
                return "uid:" + uid.hex();
            }
        }
    }

    /** What is known of a holder. All empty: erased. */
    record Person(
            Optional<String> cardNumber,
            Optional<String> uid,
            Optional<String> holderName,
            Optional<String> employerName) {

        public static final Person NOBODY =
                new Person(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What a row of the log of corrections does. */
    enum Kind {
        /** Was on site at that time. */
        IN,
        /** Was gone at that time. */
        OUT,
        /** Another row counts no more. */
        UNDO,
        /** Entries without leaving, so far, are settled. */
        FORGIVE
    }

    /**
     * A row of the log of corrections. It never changes; {@code undoneBy} follows from a later row.
     *
     * @param at     for {@code IN} and {@code OUT}
     * @param undoes for {@code UNDO}
     * @param author the account that stated it
     * @param reason empty: erased
     */
    record Correction(
            long id,
            String site,
            Kind kind,
            Person person,
            Optional<Instant> at,
            Optional<Long> undoes,
            Optional<Long> undoneBy,
            String author,
            Optional<String> reason,
            Instant recordedAt) {}

    /** What came of an order to write one. */
    sealed interface Outcome {
        record Recorded(Correction correction) implements Outcome {}

        /** The site has no correction of that number. */
        record Unknown() implements Outcome {}

        /** It is an undoing or a forgiving itself, or was undone already. */
        record CannotBeUndone() implements Outcome {}

        /** No entry of that holder is open. */
        record NothingToForgive() implements Outcome {}
    }

    /**
     * Somebody whom a rule took for gone without their having been seen leaving.
     *
     * @param since      when they came, as far as was known
     * @param at         when they were taken for gone
     * @param rule       {@code DAILY} or {@code LONGEST_STAY}
     * @param recordedAt when the rule was applied
     * @param superseded whether something that was seen or stated contradicts it; it counts no more then
     * @param by         what contradicts it; empty also where the arrival that it rested on was taken back
     */
    record CheckOut(
            long id,
            String site,
            Person person,
            Instant since,
            Instant at,
            String rule,
            Instant recordedAt,
            boolean superseded,
            Optional<Contradiction> by) {}

    /** @param gate empty: a statement, and {@code correction} is its number */
    record Contradiction(Instant at, Direction direction, Optional<String> gate, Optional<Long> correction) {}

    /**
     * Entered twice without leaving (anti-passback).
     *
     * @param firstGate empty: a statement
     * @param forgiven  the row of the log of corrections that settled it
     */
    record DoubleEntry(
            String site,
            Person person,
            Instant firstAt,
            Optional<String> firstGate,
            Instant secondAt,
            String secondGate,
            Optional<Long> forgiven) {}

    /** States that somebody was in or out at a time, and what follows from it. @param author an account's name */
    Correction state(
            String site, Holder holder, Direction direction, Instant at, String author, String reason, Instant now);

    /** States that an earlier correction counts no more. */
    Outcome undo(String site, long correction, String author, String reason, Instant now);

    /** Settles a holder's entries without leaving. */
    Outcome forgive(String site, Holder holder, String author, String reason, Instant now);

    /** Newest first, with a number below that. */
    List<Correction> corrections(Optional<String> site, long below, int limit);

    /** At or after that time, those that were superseded too; newest first. */
    List<CheckOut> checkOuts(Optional<String> site, Instant from, int limit);

    /** The second entry at or after that time, those that were forgiven too; newest first. */
    List<DoubleEntry> doubleEntries(Optional<String> site, Instant from, int limit);
}
