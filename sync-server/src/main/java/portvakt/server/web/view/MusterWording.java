package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.server.log.MusterDoubt;
import portvakt.server.port.Musters.Muster;
import portvakt.server.port.Musters.Person;
import portvakt.server.port.Musters.Tick;

/** Puts a muster into the words of one language for one reader. Immutable. */
public final class MusterWording {

    private final Texts texts;
    private final boolean wholeCardNumbers;
    private final Instant now;

    /** @param texts in the site's time zone */
    public MusterWording(Texts texts, boolean wholeCardNumbers, Instant now) {
        this.texts = texts;
        this.wholeCardNumbers = wholeCardNumbers;
        this.now = now;
    }

    /** @param url of the muster */
    public List<MusterBoardView.Row> rows(Muster muster, List<Person> people, String url, String formToken) {
        List<MusterBoardView.Row> rows = new ArrayList<>();
        for (Person person : people) {
            rows.add(new MusterBoardView.Row(
                    person.id(),
                    person.isFound() ? "found" : person.left().isPresent() ? "left" : "missing",
                    (person.employerName().orElse("") + " "
                                    + person.holderName().orElse("") + " " + person.id())
                            .toLowerCase(Locale.ROOT),
                    person.holderName().orElseGet(() -> texts.text("people.name-unknown")),
                    person.holderName().isPresent(),
                    person.employerName(),
                    person.cardNumber().map(this::card),
                    fact(person),
                    person.left()
                            .map(left -> left.gate()
                                    .map(gate -> texts.text("muster.left.gate", moment(left.at()), gate))
                                    .orElseGet(() -> texts.text("muster.left.stated", moment(left.at())))),
                    person.tick()
                            .filter(Tick::found)
                            .map(tick -> texts.text(
                                    "muster.ticked",
                                    texts.time(tick.at()),
                                    tick.by(),
                                    elapsed(Duration.between(muster.startedAt(), tick.at())))),
                    url,
                    formToken,
                    muster.isUnderWay(),
                    texts));
        }
        return rows;
    }

    private String fact(Person person) {
        String since = person.since().map(this::moment).orElse("");
        String gate = person.gate().orElse("");
        return switch (person.source()) {
            case GATE -> texts.text("muster.source.GATE", since, gate);
            case LIVE -> texts.text("muster.source.LIVE", since, gate);
            case STATED -> texts.text("muster.source.STATED", since);
            case CHECKED_OUT -> texts.text("muster.source.CHECKED_OUT", since, gate);
            case BY_HAND -> texts.text("muster.source.BY_HAND");
        };
    }

    public MusterBoardView.Sum sum(Muster muster, List<MusterBoardView.Row> rows, List<Person> people) {
        int missing = count(rows, "missing");
        Optional<Instant> last = people.stream()
                .flatMap(person -> person.tick().filter(Tick::found).stream())
                .map(Tick::at)
                .max(Instant::compareTo);
        return new MusterBoardView.Sum(
                missing,
                count(rows, "left"),
                count(rows, "found"),
                rows.size(),
                missing > 0 ? Optional.empty() : last.map(at -> elapsed(Duration.between(muster.startedAt(), at))),
                texts);
    }

    private static int count(List<MusterBoardView.Row> rows, String list) {
        return (int) rows.stream().filter(row -> row.list().equals(list)).count();
    }

    public MusterBoardView.Doubts doubts(List<MusterDoubt> doubts) {
        return new MusterBoardView.Doubts(doubts.stream().map(this::doubt).toList(), texts);
    }

    private String doubt(MusterDoubt doubt) {
        return switch (doubt) {
            case MusterDoubt.SilentGate(String gate, Optional<Instant> since) ->
                since.map(at -> texts.text(
                                "muster.doubt.silent", gate, texts.duration(Duration.between(at, now)), moment(at)))
                        .orElseGet(() -> texts.text("muster.doubt.never", gate));
            case MusterDoubt.Backlog(String gate, long events) -> texts.text("muster.doubt.backlog", gate, events);
            case MusterDoubt.UncertainClock(String gate) -> texts.text("muster.doubt.clock", gate);
            case MusterDoubt.Replaced(String gate, Optional<Instant> since, Instant until) ->
                since.map(from -> texts.text("muster.doubt.replaced", gate, moment(until), moment(from)))
                        .orElseGet(() -> texts.text("muster.doubt.replaced-unknown", gate, moment(until)));
            case MusterDoubt.OpenGate(String gate, Instant since) ->
                texts.text("muster.doubt.open", gate, moment(since));
            case MusterDoubt.Unattributed(String gate, int passages, Instant newest) ->
                texts.text("muster.doubt.unattributed", gate, passages, moment(newest));
            case MusterDoubt.DoubleEntries(int people) -> texts.text("muster.doubt.double", people);
            case MusterDoubt.CheckedOut(int people) -> texts.text("muster.doubt.checked-out", people);
        };
    }

    /** {@code 4:07}, or {@code 1:04:07}. */
    public static String elapsed(Duration duration) {
        Duration shown = duration.isNegative() ? Duration.ZERO : duration;
        return shown.toHours() == 0
                ? "%d:%02d".formatted(shown.toMinutesPart(), shown.toSecondsPart())
                : "%d:%02d:%02d".formatted(shown.toHours(), shown.toMinutesPart(), shown.toSecondsPart());
    }

    public String kind(Muster muster) {
        return texts.text(muster.drill() ? "muster.drill" : "muster.alarm");
    }

    public String started(Muster muster) {
        return texts.text("muster.started", moment(muster.startedAt()), muster.startedBy());
    }

    public Optional<String> ended(Muster muster) {
        return muster.endedAt()
                .map(at -> texts.text(
                        "muster.ended",
                        moment(at),
                        muster.endedBy().orElse(""),
                        elapsed(Duration.between(muster.startedAt(), at))));
    }

    private String card(String number) {
        return wholeCardNumbers ? number : new CardNumber(number).masked();
    }

    private String moment(Instant at) {
        return texts.moment(at, now);
    }
}
