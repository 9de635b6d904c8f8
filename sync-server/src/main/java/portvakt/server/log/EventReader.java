package portvakt.server.log;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.Uid;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.Subject;
import portvakt.server.port.LogEntry;

/**
 * Turns an event's bytes into a row of the log, and trusts none of them: texts are cut and stripped of control characters,
 * numbers out of range make the event illegible. A body that this version does not know is a row of kind {@code Other}.
 */
public final class EventReader {

    /** Kind of an event whose body this version does not know. */
    public static final String KIND_OTHER = "Other";

    /** Kind of the event that moves people. */
    public static final String KIND_TAKEN = "AccessTaken";

    static final int NAME_CHARS_MAX = 200;
    static final int DETAIL_CHARS_MAX = 500;
    static final int READER_CHARS_MAX = 100;
    private static final int LIST_CHARS_MAX = 30;
    private static final String GOES_ON = ", a new journal that goes on after event ";
    private static final int FLAGS_MAX = 8;
    private static final long OCCURRED_MS_MAX =
            Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    private EventReader() {}

    /** Whether a time that a gate tells is one that can be, and that every database can hold: 1970 to 9999. */
    public static boolean isTime(long ms) {
        return ms >= 0 && ms <= OCCURRED_MS_MAX;
    }

    /**
     * @param gate      on whose topic it came
     * @param installed which way that gate leads, for events that do not say
     */
    public static EventReading read(GateAddress gate, Direction installed, ChainedEvent event, Instant receivedAt) {
        return read(gate, installed, event, GateRuns.facts(event.getFacts()), receivedAt);
    }

    /** @param parsed the event's facts; empty: they are none */
    static EventReading read(
            GateAddress gate,
            Direction installed,
            ChainedEvent event,
            Optional<EventFacts> parsed,
            Instant receivedAt) {
        if (!EventChain.isWellFormed(event)) {
            return new EventReading.Illegible("a length is wrong, or the subject is not the one committed to");
        }
        Optional<Subject> about = subject(event);
        if (parsed.isEmpty() || about.isEmpty()) {
            return new EventReading.Illegible("facts or subject are no message");
        }
        EventFacts facts = parsed.get();
        Subject subject = about.get();
        if (!isTime(facts.getOccurredAtMs())) {
            return new EventReading.Illegible("it occurred at no date that can be: " + facts.getOccurredAtMs() + " ms");
        }
        Optional<String> card;
        Optional<String> uid;
        try {
            card = text(subject.getCardNumber(), NAME_CHARS_MAX).map(digits -> new CardNumber(digits).digits());
            uid = subject.getUid().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Uid.of(subject.getUid().toByteArray()).hex());
        } catch (IllegalArgumentException e) {
            return new EventReading.Illegible("its subject has no card number or UID that can be");
        }
        Body body = body(facts);
        return new EventReading.Legible(new LogEntry(
                0,
                gate.site(),
                gate.gate(),
                event.getSequence(),
                Instant.ofEpochMilli(facts.getOccurredAtMs()),
                receivedAt,
                clockTrust(facts.getClockTrust()),
                direction(facts.getDirection()).orElse(installed),
                body.kind,
                body.reason,
                body.flags,
                card,
                uid,
                text(subject.getHolderName(), NAME_CHARS_MAX),
                text(subject.getEmployerName(), NAME_CHARS_MAX),
                body.evidence.map(DecisionEvidence::getAssurance).flatMap(EventReader::assurance),
                body.evidence.map(DecisionEvidence::getReader).flatMap(reader -> text(reader, READER_CHARS_MAX)),
                body.grantedSequence,
                body.list.map(ListEvidence::getList).flatMap(list -> text(list, LIST_CHARS_MAX)),
                body.list.map(ListEvidence::getVersion),
                body.list.map(ListEvidence::getAgeMs),
                body.detail));
    }

    private static Optional<Subject> subject(ChainedEvent event) {
        try {
            return Optional.of(Subject.parseFrom(event.getSubject()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** What the bodies have in common, as far as the log shows it. */
    private record Body(
            String kind,
            Optional<String> reason,
            List<String> flags,
            Optional<DecisionEvidence> evidence,
            Optional<Long> grantedSequence,
            Optional<ListEvidence> list,
            Optional<String> detail) {

        static Body plain(String kind) {
            return about(kind, "");
        }

        static Body about(String kind, String detail) {
            return new Body(
                    kind,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    text(detail, DETAIL_CHARS_MAX));
        }

        static Body completing(String kind, long grantedSequence) {
            return new Body(
                    kind,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.of(grantedSequence),
                    Optional.empty(),
                    Optional.empty());
        }

        static Body decision(String kind, DecisionEvidence evidence, Optional<String> reason, List<Integer> flagCodes) {
            return new Body(
                    kind,
                    reason,
                    flagCodes.stream()
                            .limit(FLAGS_MAX)
                            .map(code -> DenialReason.ofCode(code).name())
                            .toList(),
                    Optional.of(evidence),
                    Optional.empty(),
                    evidence.getListsList().stream().findFirst(),
                    Optional.empty());
        }

        Body onList(String list, long version) {
            return new Body(
                    kind,
                    reason,
                    flags,
                    evidence,
                    grantedSequence,
                    Optional.of(ListEvidence.newBuilder()
                            .setList(list)
                            .setVersion(version)
                            .build()),
                    detail);
        }
    }

    private static Body body(EventFacts facts) {
        return switch (facts.getBodyCase()) {
            case ACCESS_GRANTED ->
                Body.decision(
                        "AccessGranted",
                        facts.getAccessGranted().getEvidence(),
                        Optional.empty(),
                        facts.getAccessGranted().getFlagsList());
            case ACCESS_DENIED ->
                Body.decision(
                        "AccessDenied",
                        facts.getAccessDenied().getEvidence(),
                        Optional.of(DenialReason.ofCode(facts.getAccessDenied().getReason())
                                .name()),
                        List.of());
            case ACCESS_TAKEN ->
                Body.completing(KIND_TAKEN, facts.getAccessTaken().getGrantedSequence());
            case ACCESS_NOT_TAKEN ->
                Body.completing("AccessNotTaken", facts.getAccessNotTaken().getGrantedSequence());
            case REQUEST_TO_EXIT -> Body.plain("RequestToExit");
            case UNATTRIBUTED_PASSAGE ->
                Body.about(
                        "UnattributedPassage",
                        shortName(facts.getUnattributedPassage().getCause(), "CAUSE_"));
            case FIRE_RELEASE_STARTED -> Body.plain("FireReleaseStarted");
            case FIRE_RELEASE_ENDED -> Body.plain("FireReleaseEnded");
            case GATE_STARTED -> started(facts);
            case GATE_STOPPED -> Body.plain("GateStopped");
            case DEVICE_CHANGED -> deviceChanged(facts);
            case JOURNAL_SEALED -> Body.plain("JournalSealed");
            case LIST_APPLIED ->
                Body.about("ListApplied", "version " + facts.getListApplied().getVersion())
                        .onList(
                                facts.getListApplied().getList(),
                                facts.getListApplied().getVersion());
            case LIST_REFUSED ->
                Body.about(
                        "ListRefused",
                        facts.getListRefused().getList() + ": "
                                + facts.getListRefused().getCause() + " "
                                + facts.getListRefused().getDetail());
            case ALARM ->
                Body.about(
                        "Alarm",
                        facts.getAlarm().getKind() + " " + facts.getAlarm().getDetail());
            case BODY_NOT_SET -> Body.plain(KIND_OTHER);
        };
    }

    /** Whether a row tells that a computer took the place of another, or of a journal that was set aside. */
    public static boolean isGoingOn(LogEntry row) {
        return row.kind().equals("GateStarted")
                && row.detail().filter(detail -> detail.contains(GOES_ON)).isPresent();
    }

    private static Body started(EventFacts facts) {
        long cut = facts.getGateStarted().getJournalCutBytes();
        long after = facts.getGateStarted().getGoesOnAfterSequence();
        return Body.about(
                "GateStarted",
                "firmware " + facts.getGateStarted().getFirmware()
                        + (cut == 0 ? "" : ", " + cut + " bytes of a torn record cut off the journal")
                        + (after == 0 ? "" : GOES_ON + after));
    }

    private static Body deviceChanged(EventFacts facts) {
        return Body.about(
                "DeviceChanged",
                facts.getDeviceChanged().getDevice()
                        + (facts.getDeviceChanged().getReady() ? " ready " : " not ready ")
                        + facts.getDeviceChanged().getDetail());
    }

    /** The name of a wire value as the log shows it: {@code SYNCHRONISED}; {@code UNKNOWN} for one that is not known. */
    public static String clockTrust(ClockTrust trust) {
        return trust == ClockTrust.UNRECOGNIZED ? "UNKNOWN" : shortName(trust, "CLOCK_TRUST_");
    }

    /** Empty where it is unspecified or not known. */
    public static Optional<Direction> direction(PassageDirection wire) {
        for (Direction direction : Direction.values()) {
            if (direction.wire() == wire) {
                return Optional.of(direction);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> assurance(ReadAssurance assurance) {
        return assurance == ReadAssurance.UNRECOGNIZED || assurance == ReadAssurance.READ_ASSURANCE_UNSPECIFIED
                ? Optional.empty()
                : Optional.of(shortName(assurance, "READ_ASSURANCE_"));
    }

    private static String shortName(Enum<?> value, String prefix) {
        String name = value.name();
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name.toUpperCase(Locale.ROOT);
    }

    /**
     * A text from outside, fit for a row: no control characters (PostgreSQL takes no NUL), none that turn the direction of what
     * stands behind them, not too long; empty if nothing is left.
     */
    public static Optional<String> text(String outside, int charsMax) {
        if (isPlain(outside, charsMax)) {
            return Optional.of(outside);
        }
        StringBuilder kept = new StringBuilder();
        outside.codePoints()
                .filter(EventReader::isShown)
                .limit(charsMax)
                .takeWhile(point -> kept.length() + Character.charCount(point) <= charsMax)
                .forEachOrdered(kept::appendCodePoint);
        String text = kept.toString().strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Whether nothing has to be done to it, as with nearly all: said fast. */
    private static boolean isPlain(String text, int charsMax) {
        if (text.isEmpty() || text.length() > charsMax) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ';
    }

    private static boolean isShown(int point) {
        // Embeddings, overrides and isolates (Unicode UAX #9 § 2): a chip's name could turn the card number beside it
        // around.
        boolean turns = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
        return !turns && !Character.isISOControl(point) && Character.getType(point) != Character.SURROGATE;
    }
}
