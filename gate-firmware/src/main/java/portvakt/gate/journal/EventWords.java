package portvakt.gate.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DeviceChanged;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.Subject;
import portvakt.protocol.v1.UnattributedPassage;

/**
 * An event as a line for people. Names are never in it.
 *
 * @param showCards whether card numbers and UIDs stand there whole
 */
public record EventWords(ZoneId zone, boolean showCards) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    /** {@code 17  2026-06-01 14:00:00.000  IN   card 43***61 is let in}. */
    public String line(ChainedEvent event) {
        try {
            EventFacts facts = EventFacts.parseFrom(event.getFacts());
            return "%d  %s%s  %-3s  %s"
                    .formatted(
                            event.getSequence(),
                            TIME.format(Instant.ofEpochMilli(facts.getOccurredAtMs())
                                    .atZone(zone)),
                            facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED ? "" : " (clock not right)",
                            direction(facts.getDirection()),
                            what(facts, who(event)));
        } catch (InvalidProtocolBufferException e) {
            return event.getSequence() + "  no facts that this program can read";
        }
    }

    private static String direction(PassageDirection direction) {
        return switch (direction) {
            case PASSAGE_DIRECTION_IN -> "IN";
            case PASSAGE_DIRECTION_OUT -> "OUT";
            case PASSAGE_DIRECTION_UNSPECIFIED, UNRECOGNIZED -> "?";
        };
    }

    private String who(ChainedEvent event) throws InvalidProtocolBufferException {
        Subject subject = Subject.parseFrom(event.getSubject());
        if (!subject.getCardNumber().isEmpty()) {
            return kind(subject.getCardNumber())
                    + (showCards ? subject.getCardNumber() : masked(subject.getCardNumber()));
        }
        if (!subject.getUid().isEmpty()) {
            return "chip " + (showCards ? hex(subject.getUid()) : masked(subject.getUid()));
        }
        return event.getSubjectCommitment().isEmpty() || !event.getSubject().isEmpty()
                ? "nobody known"
                : "somebody erased";
    }

    private static String kind(String card) {
        return card.length() == PassNumber.DIGITS ? "pass " : "card ";
    }

    private static String masked(String card) {
        try {
            return new CardNumber(card).masked();
        } catch (IllegalArgumentException e) {
            return "***";
        }
    }

    private static String masked(ByteString uid) {
        try {
            return Uid.of(uid.toByteArray()).toString();
        } catch (IllegalArgumentException e) {
            return "***";
        }
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static String what(EventFacts facts, String who) {
        return switch (facts.getBodyCase()) {
            case ACCESS_GRANTED ->
                who + ": granted" + flags(facts.getAccessGranted().getFlagsList());
            case ACCESS_DENIED ->
                who + ": DENIED, " + reason(facts.getAccessDenied().getReason());
            case ACCESS_TAKEN ->
                who + ": went through, by grant " + facts.getAccessTaken().getGrantedSequence();
            case ACCESS_NOT_TAKEN ->
                who + ": did not go through, after grant "
                        + facts.getAccessNotTaken().getGrantedSequence();
            case REQUEST_TO_EXIT -> "the exit button was pressed";
            case UNATTRIBUTED_PASSAGE ->
                "somebody went through: " + cause(facts.getUnattributedPassage().getCause());
            case FIRE_RELEASE_STARTED -> "FIRE: the turnstile is free";
            case FIRE_RELEASE_ENDED -> "the fire release has ended";
            case GATE_STARTED -> started(facts.getGateStarted());
            case GATE_STOPPED -> "the gate stopped in an orderly way";
            case DEVICE_CHANGED -> device(facts.getDeviceChanged());
            case JOURNAL_SEALED ->
                "sealed with certificate "
                        + hex(facts.getJournalSealed().getCertificateSha256()).replaceAll("^(.{8}).*", "$1…");
            case LIST_APPLIED ->
                "list " + facts.getListApplied().getList() + " version "
                        + facts.getListApplied().getVersion() + " decides from now on";
            case LIST_REFUSED ->
                "list " + facts.getListRefused().getList() + " refused, "
                        + facts.getListRefused().getCause() + ": "
                        + facts.getListRefused().getDetail();
            case ALARM ->
                "ALARM " + facts.getAlarm().getKind() + ": " + facts.getAlarm().getDetail();
            case BODY_NOT_SET -> "an event of a newer program";
        };
    }

    private static String started(GateStarted started) {
        return "the gate started, firmware " + started.getFirmware()
                + (started.getJournalCutBytes() == 0
                        ? ""
                        : "; " + started.getJournalCutBytes() + " bytes of a torn write were cut off")
                + (started.getGoesOnAfterSequence() == 0
                        ? ""
                        : "; goes on after event " + started.getGoesOnAfterSequence() + ", which the server has");
    }

    private static String device(DeviceChanged device) {
        return device.getDevice()
                + (device.getReady() ? " is ready" : " is LOST")
                + (device.getDetail().isBlank() ? "" : ": " + device.getDetail().strip());
    }

    private static String flags(List<Integer> flags) {
        return flags.isEmpty()
                ? ""
                : " in spite of "
                        + String.join(
                                ", ", flags.stream().map(EventWords::reason).toList());
    }

    private static String reason(int code) {
        return DenialReason.ofCode(code).name();
    }

    private static String cause(UnattributedPassage.Cause cause) {
        return switch (cause) {
            case CAUSE_REQUEST_TO_EXIT -> "by the exit button";
            case CAUSE_FIRE_RELEASE -> "while the turnstile was free for a fire";
            case CAUSE_FORCED -> "FORCED, nothing had released the turnstile";
            case CAUSE_UNSPECIFIED, UNRECOGNIZED -> "for a cause that this program does not know";
        };
    }
}
