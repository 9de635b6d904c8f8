package portvakt.server.web.view;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A row of the log in words.
 *
 * @param domId     names the element; a newer state of the same row has the same one
 * @param outcome   the row's look: its colour, shape and icon
 * @param words     what happened, two or three words
 * @param time      {@code 06:55:10}
 * @param date      empty if today
 * @param isoTime   for the machine-readable attribute
 * @param where     gate, and direction if it matters
 * @param card      as the reader of the page may see it
 * @param uid       the chip's, where nothing else is known of the card: what a manager needs to enrol it; for managers alone
 * @param facts     assurance, list and the like, for those who want to know
 * @param warnings  what is odd about it, for example that it arrived late
 * @param fresh     whether it has just arrived
 */
public record RowView(
        String domId,
        Outcome outcome,
        String words,
        String time,
        String date,
        String isoTime,
        String where,
        Optional<String> holder,
        Optional<String> employer,
        Optional<String> card,
        Optional<String> uid,
        Optional<Explanation> explanation,
        Optional<String> detail,
        List<String> facts,
        List<String> warnings,
        boolean fresh) {

    /** How a row looks. */
    public enum Outcome {
        WENT_IN,
        WENT_OUT,
        GRANTED,
        NOT_TAKEN,
        DENIED,
        ALARM,
        DEVICE_BAD,
        DEVICE_GOOD,
        NOTE;

        /** The CSS class. */
        public String css() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether a screen reader should say it unasked: only what somebody has to act on. */
        public boolean urgent() {
            return this == DENIED || this == ALARM || this == DEVICE_BAD;
        }
    }

    /** Why, whence and what now. */
    public record Explanation(String title, String cause, String remedy) {}

    /** What a screen reader says of it. */
    public String announcement() {
        return words + ". " + explanation.map(why -> why.title() + ". ").orElse("") + where + ". "
                + holder.or(() -> card).orElse("");
    }
}
