package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.RowView.Explanation;
import portvakt.server.web.view.RowView.Outcome;

/** Puts events, people and gates into the words of one language for one reader. Immutable. */
public final class Wording {

    /** An event that took longer to arrive is marked: the row is not where it would be by its own time. */
    static final Duration LATE_AFTER = Duration.ofSeconds(60);

    /** A list older than this is worth a look: heads are signed anew every quarter of an hour. */
    static final Duration LIST_OLD_AFTER = Duration.ofHours(1);

    /** More would push the log out of sight. */
    private static final int LIVE_ROWS_MAX = 10;

    private static final String LOG_ROW = "row_";
    private static final String LIVE_ROW = "live_";

    /** Below it a gate raises its own alarm too. */
    static final long JOURNAL_DAYS_MIN = 3;

    private static final Set<String> EXPLAINED = Set.of("REQUEST_TO_EXIT", "FIRE_RELEASE"); // looked up, never walked

    private static final Pattern ALARM_CODE = Pattern.compile("[A-Z_]+");

    private final Texts texts;
    private final boolean wholeCardNumbers;
    private final boolean severalSites;
    private final Notes notes;

    /**
     * @param wholeCardNumbers whether the reader may see them
     * @param severalSites     whether a gate's name needs its site's beside it
     */
    public Wording(Texts texts, boolean wholeCardNumbers, boolean severalSites) {
        this(texts, wholeCardNumbers, severalSites, Notes.NONE);
    }

    private Wording(Texts texts, boolean wholeCardNumbers, boolean severalSites, Notes notes) {
        this.texts = texts;
        this.wholeCardNumbers = wholeCardNumbers;
        this.severalSites = severalSites;
        this.notes = notes;
    }

    /** The same, with what has to be said beside rows and people. */
    public Wording noting(Notes other) {
        return new Wording(texts, wholeCardNumbers, severalSites, other);
    }

    /** @param newestFirst as the log's {@code live} gives them */
    public LiveView live(List<LogEntry> newestFirst, Instant now) {
        List<Passage> all = Passage.join(newestFirst);
        return new LiveView(
                texts,
                all.stream()
                        .limit(LIVE_ROWS_MAX)
                        .map(passage -> row(LIVE_ROW, passage, now, false))
                        .toList(),
                Math.max(0, all.size() - LIVE_ROWS_MAX));
    }

    public RowView row(Passage passage, Instant now, boolean fresh) {
        return row(LOG_ROW, passage, now, fresh);
    }

    /** @param kind of row: that of the log may stand on the same page */
    private RowView row(String kind, Passage passage, Instant now, boolean fresh) {
        LogEntry entry = passage.entry();
        LogEntry last = passage.newest();
        Outcome outcome = outcome(last);
        Passage.Key key = passage.key();
        Optional<Explanation> explanation = explanation(last);
        // What is explained in the reader's language needs no detail in the technician's.
        Optional<String> detail = entry.kind().equals("UnattributedPassage") && explanation.isPresent()
                ? Optional.empty()
                : entry.detail().or(last::detail).filter(text -> !text.isBlank());
        return new RowView(
                kind + key.site() + "_" + key.gate() + "_" + key.sequence(),
                outcome,
                words(last, outcome),
                texts.time(last.occurredAt()),
                texts.dateUnlessToday(last.occurredAt(), now),
                last.occurredAt().toString(),
                where(entry.site(), entry.gate(), entry.direction()),
                entry.holderName().or(last::holderName),
                entry.employerName().or(last::employerName),
                entry.cardNumber().or(last::cardNumber).map(this::card),
                entry.uid().filter(_ -> canBeEnrolled(entry)),
                explanation,
                detail,
                facts(entry),
                kind.equals(LIVE_ROW)
                        ? Stream.concat(
                                        Stream.of(texts.text("warning.live")),
                                        notes
                                                .ofPerson(
                                                        entry.site(),
                                                        entry.cardNumber().or(last::cardNumber))
                                                .stream())
                                .toList()
                        : warnings(entry, last, now),
                fresh);
    }

    /** @param checkedOut how many a rule took for gone of late @param twice how many entries without leaving are open */
    public PresenceView presence(List<OnSite> people, long checkedOut, long twice, List<Gate> gates, Instant now) {
        List<String> notes = new ArrayList<>();
        if (checkedOut > 0) {
            notes.add(texts.text("presence.checked-out", checkedOut));
        }
        if (twice > 0) {
            notes.add(texts.text("presence.twice", twice));
        }
        long silent = gates.stream().filter(gate -> !gate.online()).count();
        return new PresenceView(
                texts,
                people.stream()
                        .map(person -> new PersonView(
                                person.holderName(),
                                person.employerName(),
                                person.cardNumber().map(this::card),
                                texts.moment(person.since(), now),
                                person.gate()
                                        .map(gate -> gateName(person.site(), gate))
                                        .orElseGet(() -> texts.text("people.stated")),
                                person.live(),
                                this.notes.ofPerson(person.site(), person.cardNumber())))
                        .toList(),
                texts.hourAndMinute(now),
                silent == 0 ? "" : texts.text("presence.doubt", silent),
                notes);
    }

    public GatesView gates(List<Gate> gates, Function<String, Optional<Long>> publishedVersion, Instant now) {
        return new GatesView(
                texts,
                gates.stream().map(gate -> gate(gate, publishedVersion, now)).toList());
    }

    private GateView gate(Gate gate, Function<String, Optional<Long>> publishedVersion, Instant now) {
        List<String> lists = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (AppliedList list : gate.lists()) {
            Duration age = Duration.between(list.issuedAt(), now);
            lists.add(texts.text("gate.list", list.list(), list.version(), texts.duration(age)));
            long behind = publishedVersion.apply(list.list()).orElse(list.version()) - list.version();
            if (behind > 0) {
                notes.add(texts.text("gate.list-behind", list.list(), behind));
            }
            if (age.compareTo(LIST_OLD_AFTER) > 0) {
                notes.add(texts.text("gate.list-old", list.list(), texts.duration(age)));
            }
        }
        if (gate.lists().isEmpty()) {
            notes.add(texts.text("gate.no-list"));
        }
        for (Device device : gate.devices()) {
            if (!device.ready()) {
                notes.add(texts.text("gate.device-lost", device.name()));
            }
        }
        if (gate.journalLast() > gate.committed()) {
            notes.add(texts.text("gate.backlog", gate.journalLast() - gate.committed()));
        }
        gate.journalDaysLeft().ifPresent(days -> {
            if (days < JOURNAL_DAYS_MIN) {
                notes.add(texts.text("gate.journal-filling", days));
            } else {
                lists.add(texts.text("gate.journal-room", days));
            }
        });
        if (!trusted(gate.clockTrust())) {
            notes.add(texts.text("warning.clock"));
        }
        String state = gate.online()
                ? texts.text("gate.online")
                : gate.lastSeen()
                        .map(seen -> texts.text("gate.silent", texts.duration(Duration.between(seen, now))))
                        .orElseGet(() -> texts.text("gate.never"));
        String health = !gate.online() ? "bad" : notes.isEmpty() ? "good" : "warn";
        return new GateView(
                gateName(gate.site(), gate.gate()), direction(gate.direction()), health, state, lists, notes);
    }

    private static Outcome outcome(LogEntry entry) {
        return switch (entry.kind()) {
            case "AccessTaken" -> entry.direction() == Direction.OUT ? Outcome.WENT_OUT : Outcome.WENT_IN;
            case "AccessGranted" -> Outcome.GRANTED;
            case "AccessNotTaken" -> Outcome.NOT_TAKEN;
            case "AccessDenied" -> Outcome.DENIED;
            case "Alarm" -> isOver(entry) ? Outcome.NOTE : Outcome.ALARM;
            case "FireReleaseStarted" -> Outcome.ALARM;
            // Out by the button or in a fire is as it should be; what nothing accounts for is not.
            case "UnattributedPassage" ->
                entry.detail().filter(EXPLAINED::contains).isPresent() ? Outcome.NOTE : Outcome.ALARM;
            case "ListRefused" -> Outcome.DEVICE_BAD;
            // The log has one text for it: "<device> ready <detail>" or "<device> not ready <detail>".
            case "DeviceChanged" -> ready(entry) ? Outcome.DEVICE_GOOD : Outcome.DEVICE_BAD;
            default -> Outcome.NOTE;
        };
    }

    private static boolean ready(LogEntry entry) {
        String detail = entry.detail().orElse("");
        return detail.contains("ready") && !detail.contains("not ready");
    }

    private static boolean isOver(LogEntry entry) {
        return alarmCode(entry).filter(code -> code.endsWith("_OVER")).isPresent();
    }

    /** An alarm's detail begins with its code: {@code CODE: detail} by the server, {@code CODE detail} by a gate. */
    private static Optional<String> alarmCode(LogEntry entry) {
        return entry.detail()
                .map(ALARM_CODE::matcher)
                .filter(Matcher::lookingAt)
                .map(Matcher::group);
    }

    private String words(LogEntry entry, Outcome outcome) {
        String key = switch (entry.kind()) {
            case "Alarm" -> isOver(entry) ? "kind.AlarmOver" : "kind.Alarm";
            case "AccessTaken", "AccessGranted", "DeviceChanged" ->
                "outcome." + outcome.css() + (outcome == Outcome.GRANTED ? "." + way(entry) : "");
            default -> "kind." + entry.kind();
        };
        return texts.has(key) ? texts.text(key) : entry.kind();
    }

    private static String way(LogEntry entry) {
        return entry.direction() == Direction.OUT ? "out" : "in";
    }

    private Optional<Explanation> explanation(LogEntry entry) {
        return switch (entry.kind()) {
            case "UnattributedPassage" -> entry.detail().flatMap(cause -> known("passage." + cause));
            case "Alarm" -> alarmCode(entry).flatMap(code -> known("alarm." + code));
            default -> entry.reason().map(this::explanation);
        };
    }

    private Optional<Explanation> known(String key) {
        return Optional.of(key).filter(known -> texts.has(known + ".title")).map(this::explanationAt);
    }

    private Explanation explanation(String reason) {
        return explanationAt("reason." + (texts.has("reason." + reason + ".title") ? reason : "OTHER"));
    }

    private Explanation explanationAt(String key) {
        return new Explanation(texts.text(key + ".title"), texts.text(key + ".cause"), texts.text(key + ".remedy"));
    }

    /** A list taken into use is no event of the site: the gates' panel says which one they decide by. The API has it. */
    public static boolean isWorthARow(LogEntry entry) {
        return !entry.kind().equals("ListApplied");
    }

    private List<String> facts(LogEntry entry) {
        List<String> facts = new ArrayList<>();
        Optional<String> reader = entry.reader().filter(name -> !name.isBlank());
        Optional<String> assurance = entry.assurance()
                .map(name -> "assurance." + name.replace("READ_ASSURANCE_", ""))
                .filter(texts::has)
                .map(texts::text);
        assurance
                .map(words ->
                        reader.map(name -> texts.text("row.read", words, name)).orElse(words))
                .or(() -> reader.map(name -> texts.text("row.reader", name)))
                .ifPresent(facts::add);
        if (entry.list().isPresent() && entry.listVersion().isPresent()) {
            facts.add(
                    entry.listAgeMs().isPresent()
                            ? texts.text(
                                    "row.list-age",
                                    entry.list().get(),
                                    entry.listVersion().get(),
                                    texts.duration(
                                            Duration.ofMillis(entry.listAgeMs().get())))
                            : texts.text(
                                    "row.list",
                                    entry.list().get(),
                                    entry.listVersion().get()));
        }
        if (wholeCardNumbers && entry.cardNumber().isEmpty() && !canBeEnrolled(entry)) {
            // It names a card only as long as nobody has bound it to a number.
            entry.uid().ifPresent(uid -> facts.add("UID " + uid));
        }
        return facts;
    }

    /** A chip that no card number is bound to, before somebody who may bind one. */
    private boolean canBeEnrolled(LogEntry entry) {
        return wholeCardNumbers && entry.reason().filter("UNKNOWN_CARD"::equals).isPresent();
    }

    private List<String> warnings(LogEntry entry, LogEntry last, Instant now) {
        List<String> warnings = new ArrayList<>();
        entry.flags().forEach(flag -> warnings.add(explanation(flag).title()));
        if (Duration.between(last.occurredAt(), last.receivedAt()).compareTo(LATE_AFTER) > 0) {
            warnings.add(texts.text("warning.late", texts.moment(last.receivedAt(), now)));
        }
        if (!trusted(last.clockTrust())) {
            warnings.add(texts.text("warning.clock"));
        }
        warnings.addAll(notes.ofPerson(entry.site(), entry.cardNumber().or(last::cardNumber)));
        warnings.addAll(notes.ofRow(entry.id()));
        if (last.id() != entry.id()) {
            warnings.addAll(notes.ofRow(last.id()));
        }
        return warnings;
    }

    private static boolean trusted(String clockTrust) {
        return clockTrust.endsWith("SYNCHRONISED");
    }

    private String where(String site, String gate, Direction direction) {
        return gateName(site, gate) + " · " + direction(direction);
    }

    private String direction(Direction direction) {
        return texts.text("direction." + direction.name());
    }

    private String gateName(String site, String gate) {
        return severalSites ? site + " / " + gate : gate;
    }

    private String card(String number) {
        return wholeCardNumbers ? number : new CardNumber(number).masked();
    }
}
