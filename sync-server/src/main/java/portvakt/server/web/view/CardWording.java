package portvakt.server.web.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.LogEntry;
import portvakt.server.port.RegisterRecords.AuditRow;

/** Puts cards and chips into the words of one language for one reader. Immutable. */
public final class CardWording {

    private static final int HISTORY_MAX = 30;

    private final Texts texts;
    private final boolean whole;
    private final Instant now;

    /** @param whole whether the reader may see card numbers and UIDs whole */
    public CardWording(Texts texts, boolean whole, Instant now) {
        this.texts = texts;
        this.whole = whole;
        this.now = now;
    }

    public String card(CardNumber card) {
        return whole ? card.digits() : card.masked();
    }

    public String uid(Uid uid) {
        return whole ? uid.hex() : uid.toString();
    }

    /** @param times taps of it @param mayBind whether the reader gets the form */
    public ChipsView.Chip chip(Uid uid, LogEntry last, int times, Optional<String> bound, boolean mayBind) {
        String where = times == 1 ? last.gate() : texts.text("chips.times", last.gate(), times);
        return new ChipsView.Chip(
                "chip-" + Integer.toHexString(uid.hashCode()),
                mayBind ? uid.hex() : "",
                uid(uid),
                where,
                texts.time(last.occurredAt()),
                last.occurredAt().toString(),
                bound);
    }

    public String bound(Enrolment enrolment, String reach) {
        return texts.text("chips.bound", card(enrolment.card()), enrolment.by()) + " " + reach;
    }

    public ChipsView.Read read(String card, Optional<String> holder, Instant at) {
        return new ChipsView.Read(
                card,
                holder.map(name -> name + ", ").orElse("") + texts.text("chips.read-at", texts.hourAndMinute(at)));
    }

    /** @param chips of several cards, each card's together */
    public List<CardsView.Warning> doubled(List<Seen> chips, Function<CardNumber, Optional<String>> url) {
        SequencedMap<CardNumber, List<String>> cards = new LinkedHashMap<>();
        for (Seen chip : chips) {
            cards.computeIfAbsent(chip.card(), _ -> new ArrayList<>()).add(seen(chip));
        }
        return cards.sequencedEntrySet().stream()
                .map(card -> new CardsView.Warning(card(card.getKey()), url.apply(card.getKey()), card.getValue()))
                .toList();
    }

    /** Masked for everybody: to tell two chips apart takes no more. */
    public String seen(Seen chip) {
        return texts.text("chips.first-seen", chip.uid().toString(), chip.gate(), moment(chip.firstAt()));
    }

    public CardsView.Warning expired(LogEntry entry, Optional<String> url) {
        return new CardsView.Warning(
                card(new CardNumber(entry.cardNumber().orElseThrow())),
                url,
                List.of(texts.text("cards.expired.line", entry.gate(), moment(entry.occurredAt()))));
    }

    public CardsView.Binding binding(Enrolment enrolment, Optional<String> url) {
        return new CardsView.Binding(
                card(enrolment.card()),
                url,
                enrolment.uid().hex(),
                uid(enrolment.uid()),
                texts.text("bindings.made", enrolment.by(), moment(enrolment.since())));
    }

    /** @param said the newest word on it, if the audit still has it */
    public CardsView.Barred barred(
            CardNumber card, CardStatus status, Instant since, Optional<AuditRow> said, Optional<String> url) {
        return new CardsView.Barred(
                card(card),
                card.digits(),
                url,
                status(status),
                said.flatMap(AuditRow::account)
                        .map(by -> texts.text("barred.since-by", moment(since), by))
                        .orElseGet(() -> texts.text("barred.since", moment(since))),
                said.flatMap(AuditRow::reason));
    }

    public String status(CardStatus status) {
        return texts.text("card.status." + status);
    }

    public CardPersonView.ListStatus listStatus(
            String list, Optional<CardStatus> status, Optional<Instant> since, List<AuditRow> oldestFirst) {
        CardStatus shown = status.orElse(CardStatus.VALID);
        String words = since.map(at -> texts.text("card.status-since", status(shown), moment(at)))
                .orElseGet(() -> texts.text("card.status.NONE"));
        List<String> history = oldestFirst.reversed().stream()
                .limit(HISTORY_MAX)
                .map(this::history)
                .toList();
        return new CardPersonView.ListStatus(list, css(shown), words, history);
    }

    private static String css(CardStatus status) {
        return switch (status) {
            case VALID -> "good";
            case SUSPENDED -> "warn";
            case REVOKED -> "bad";
        };
    }

    private String history(AuditRow row) {
        String what = row.status().map(this::status).orElse(row.outcome());
        String who = row.account().or(row::source).orElse("");
        String line = texts.text("card.history", moment(row.at()), what, who);
        return row.reason().map(reason -> line + ": " + reason).orElse(line);
    }

    public CardPersonView.Chip chip(Enrolment bound, Optional<Seen> seen) {
        List<String> facts = new ArrayList<>();
        facts.add(texts.text("bindings.made", bound.by(), moment(bound.since())));
        seen.ifPresent(chip -> facts.add(texts.text("chips.seen", chip.gate(), moment(chip.firstAt()))));
        return new CardPersonView.Chip(bound.uid().hex(), uid(bound.uid()), facts);
    }

    public CardPersonView.Chip chip(Seen chip) {
        return new CardPersonView.Chip(
                "",
                uid(chip.uid()),
                List.of(texts.text("chips.not-bound"), texts.text("chips.seen", chip.gate(), moment(chip.firstAt()))));
    }

    public String moment(Instant at) {
        return texts.moment(at, now);
    }
}
