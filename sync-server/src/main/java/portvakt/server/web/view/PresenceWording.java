package portvakt.server.web.view;

import java.time.Instant;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Presence.CheckOut;
import portvakt.server.port.Presence.Contradiction;
import portvakt.server.port.Presence.Correction;
import portvakt.server.port.Presence.DoubleEntry;
import portvakt.server.port.Presence.Person;
import portvakt.server.web.view.PresenceBoardView.CheckOutLine;
import portvakt.server.web.view.PresenceBoardView.CorrectionLine;
import portvakt.server.web.view.PresenceBoardView.DoubleEntryLine;
import portvakt.server.web.view.PresenceBoardView.Who;

/** Puts what was stated and worked out of presence into the words of one language for one reader. Immutable. */
public final class PresenceWording {

    private final Texts texts;
    private final boolean wholeCardNumbers;
    private final boolean mayCorrect;
    private final Notes notes;
    private final Instant now;

    /** @param texts in the site's time zone @param notes what is to be said with people */
    public PresenceWording(Texts texts, boolean wholeCardNumbers, boolean mayCorrect, Notes notes, Instant now) {
        this.notes = notes;
        this.texts = texts;
        this.wholeCardNumbers = wholeCardNumbers;
        this.mayCorrect = mayCorrect;
        this.now = now;
    }

    public PersonView person(OnSite person) {
        return new PersonView(
                person.holderName(),
                person.employerName(),
                person.cardNumber().map(this::card),
                moment(person.since()),
                person.gate().orElseGet(() -> texts.text("people.stated")),
                person.live(),
                notes.ofPerson(person.site(), person.cardNumber()));
    }

    public CheckOutLine line(CheckOut row) {
        Optional<String> superseded = !row.superseded()
                ? Optional.empty()
                : Optional.of(row.by()
                        .map(this::contradiction)
                        .orElseGet(() -> texts.text("checkout.superseded.taken-back")));
        return new CheckOutLine(
                who(row.person()),
                moment(row.since()),
                moment(row.at()),
                texts.text("checkout.rule." + row.rule()),
                superseded);
    }

    private String contradiction(Contradiction by) {
        String way = by.direction() == Direction.IN ? "in" : "out";
        return by.gate()
                .map(gate -> texts.text("checkout.superseded." + way + ".gate", moment(by.at()), gate))
                .orElseGet(() -> texts.text(
                        "checkout.superseded." + way + ".stated",
                        moment(by.at()),
                        by.correction().orElse(0L)));
    }

    public DoubleEntryLine line(DoubleEntry row) {
        return new DoubleEntryLine(
                who(row.person()),
                texts.text("double.first", moment(row.firstAt()), place(row.firstGate())),
                texts.text("double.second", moment(row.secondAt()), row.secondGate()),
                mayCorrect && row.forgiven().isEmpty() ? row.person().cardNumber() : Optional.empty(),
                row.forgiven().map(correction -> texts.text("double.forgiven", correction)));
    }

    private String place(Optional<String> gate) {
        return gate.orElseGet(() -> texts.text("people.stated"));
    }

    public CorrectionLine line(Correction row) {
        String what = switch (row.kind()) {
            case IN, OUT ->
                texts.text("correction.what." + row.kind(), moment(row.at().orElseThrow()));
            case UNDO -> texts.text("correction.what.UNDO", row.undoes().orElseThrow());
            case FORGIVE -> texts.text("correction.what.FORGIVE");
        };
        return new CorrectionLine(
                row.id(),
                moment(row.recordedAt()),
                row.author(),
                what,
                who(row.person()),
                row.reason(),
                row.undoneBy().map(by -> texts.text("correction.undone", by)),
                mayCorrect
                        && row.at().isPresent()
                        && row.undoneBy().isEmpty()
                        && !row.person().equals(Person.NOBODY));
    }

    private Who who(Person person) {
        if (person.equals(Person.NOBODY)) {
            return new Who(texts.text("people.erased"), Optional.empty(), Optional.empty());
        }
        return new Who(
                person.holderName().orElseGet(() -> texts.text("people.name-unknown")),
                person.employerName(),
                person.cardNumber()
                        .map(this::card)
                        .or(() ->
                                person.uid().map(uid -> "UID " + (wholeCardNumbers ? uid : new Uid(uid).toString()))));
    }

    private String card(String number) {
        return wholeCardNumbers ? number : new CardNumber(number).masked();
    }

    private String moment(Instant at) {
        return texts.moment(at, now);
    }
}
