package portvakt.server.web;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Principal;
import portvakt.server.port.Restrictions;
import portvakt.server.port.Restrictions.Restriction;
import portvakt.server.port.Right;
import portvakt.server.port.RowCorrections;
import portvakt.server.port.RowCorrections.About;
import portvakt.server.port.RowCorrections.Correction;
import portvakt.server.web.view.Notes;
import portvakt.server.web.view.Texts;

/** Whose data is frozen and what is held against rows, to be said wherever they appear. Safe for any thread. */
final class PersonNotes {

    private final Restrictions restrictions;
    private final RowCorrections corrections;

    PersonNotes(PrivacyDesk desk) {
        this.restrictions = desk.restrictions();
        this.corrections = desk.corrections();
    }

    /** For people alone. */
    Notes of(Texts texts, Principal reader) {
        return of(texts, reader, List.of());
    }

    /** @param rows that are going to be shown */
    Notes of(Texts texts, Principal reader, Collection<LogEntry> rows) {
        return new Found(
                texts,
                reader,
                corrections.of(About.LOG, rows.stream().map(LogEntry::id).toList()));
    }

    /** What is said with a row of the site's list. */
    Notes ofList(Texts texts, Principal reader, Collection<Long> rows) {
        return new Found(texts, reader, corrections.of(About.LIST, rows));
    }

    /** One answer's; belongs to its thread. */
    private final class Found implements Notes {

        private final Texts texts;
        private final Principal reader;
        private final Map<Long, List<Correction>> corrected;
        private final Map<String, SortedMap<CardNumber, Restriction>> frozen = new TreeMap<>();

        Found(Texts texts, Principal reader, Map<Long, List<Correction>> corrected) {
            this.texts = texts;
            this.reader = reader;
            this.corrected = corrected;
        }

        @Override
        public List<String> ofPerson(String site, Optional<String> card) {
            return card
                    .flatMap(number -> Optional.ofNullable(
                            frozen.computeIfAbsent(site, restrictions::frozen).get(new CardNumber(number))))
                    .map(this::words)
                    .stream()
                    .toList();
        }

        /** Why is for those who answer for it; that it is so is for everybody who might rely on the data. */
        private String words(Restriction restriction) {
            String since = texts.date(restriction.since());
            return reader.may(Right.HANDLE_PRIVACY, restriction.site())
                    ? texts.text("restricted.why", since, restriction.reason())
                    : texts.text("restricted", since);
        }

        @Override
        public List<String> ofRow(long id) {
            return corrected.getOrDefault(id, List.of()).stream()
                    .map(each -> texts.text("corrected", each.words(), each.author(), texts.dateAndTime(each.at())))
                    .toList();
        }
    }
}
