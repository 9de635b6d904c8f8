package portvakt.server.web.export;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.RowView;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/** One event in the words of the console, for files: each event is a row there, also where the console joins two. Immutable. */
final class EntryWords {

    private final Texts texts;
    private final Wording wording;
    private final boolean wholeNumbers;
    private final boolean severalSites;

    EntryWords(FileHead head) {
        this.texts = head.texts();
        this.wording = new Wording(head.texts(), head.wholeNumbers(), head.severalSites());
        this.wholeNumbers = head.wholeNumbers();
        this.severalSites = head.severalSites();
    }

    /**
     * @param outcome how the console would colour it
     * @param reason  why it was refused, or what the alarm is
     * @param notes   what is odd about it
     */
    record Words(
            String event,
            RowView.Outcome outcome,
            Optional<String> reason,
            Optional<String> detail,
            String notes,
            Optional<String> card,
            Optional<String> uid) {

        /** Reason, technical detail and oddities in one text. */
        String remarks() {
            return Stream.of(reason.orElse(""), detail.orElse(""), notes)
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(". "));
        }
    }

    Words of(LogEntry entry) {
        // What is odd names a moment with its date: a file is read on another day.
        RowView row = wording.row(new Passage(entry, Optional.empty()), Instant.EPOCH, false);
        return new Words(
                row.words(),
                row.outcome(),
                row.explanation().map(RowView.Explanation::title),
                row.detail(),
                String.join(". ", row.warnings()),
                entry.cardNumber().map(card -> wholeNumbers ? card : new CardNumber(card).masked()),
                entry.uid().map(uid -> wholeNumbers ? uid : new Uid(uid).toString()));
    }

    String direction(LogEntry entry) {
        return texts.text("direction." + entry.direction());
    }

    String where(LogEntry entry) {
        return (severalSites ? entry.site() + " / " : "") + entry.gate() + " · " + direction(entry);
    }

    Optional<String> assurance(LogEntry entry) {
        return entry.assurance()
                .map(name -> "assurance." + name)
                .filter(texts::has)
                .map(texts::text)
                .or(entry::assurance);
    }

    Optional<String> list(LogEntry entry) {
        return entry.list()
                .map(list -> entry.listVersion()
                        .map(version -> texts.text("row.list", list, version))
                        .orElse(list));
    }
}
