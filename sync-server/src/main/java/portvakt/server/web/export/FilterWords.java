package portvakt.server.web.export;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.web.view.Texts;

/** A filter in words, for whoever reads a file and does not know what was asked. Immutable. */
public final class FilterWords {

    private final Texts texts;

    public FilterWords(Texts texts) {
        this.texts = texts;
    }

    /** {@code 1–30 November 2026 · Denied · Gate: north}; that it is all, where nothing is filtered. The site is not in it. */
    public String of(Filter filter) {
        List<String> parts = new ArrayList<>();
        period(filter).ifPresent(parts::add);
        filter.kind().map(kind -> known("kind." + kind, kind)).ifPresent(parts::add);
        filter.reason()
                .map(reason -> labelled("reason", known("reason." + reason + ".title", reason)))
                .ifPresent(parts::add);
        filter.gate().map(gate -> labelled("gate", gate)).ifPresent(parts::add);
        filter.employer().map(employer -> labelled("employer", employer)).ifPresent(parts::add);
        filter.cardNumber().map(card -> labelled("card", card)).ifPresent(parts::add);
        filter.assurance()
                .map(assurance -> labelled("assurance", known("assurance." + assurance, assurance)))
                .ifPresent(parts::add);
        return parts.isEmpty() ? texts.text("export.everything") : String.join(" · ", parts);
    }

    private Optional<String> period(Filter filter) {
        Optional<Instant> from = filter.from();
        Optional<Instant> to = filter.to();
        if (from.isEmpty() && to.isEmpty()) {
            return Optional.empty();
        }
        if (to.isEmpty()) {
            return Optional.of(texts.text("export.since", moment(from.get())));
        }
        if (from.isEmpty()) {
            return Optional.of(texts.text("export.until", moment(to.get())));
        }
        if (texts.isMidnight(from.get()) && texts.isMidnight(to.get())) {
            return Optional.of(texts.days(
                    LocalDate.ofInstant(from.get(), texts.zone()),
                    LocalDate.ofInstant(to.get(), texts.zone()).minusDays(1)));
        }
        return Optional.of(moment(from.get()) + " – " + moment(to.get()));
    }

    private String moment(Instant instant) {
        return texts.isMidnight(instant) ? texts.date(instant) : texts.dateAndTime(instant);
    }

    private String labelled(String field, String value) {
        return texts.text("search." + field) + ": " + value;
    }

    private String known(String key, String otherwise) {
        return texts.has(key) ? texts.text(key) : otherwise;
    }
}
