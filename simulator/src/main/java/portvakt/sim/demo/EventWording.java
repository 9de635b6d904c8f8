package portvakt.sim.demo;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;
import portvakt.sim.site.GateEvent;

/** A gate's event as a line for people; the demo's people are invented, so their names may stand there. */
final class EventWording {

    private final Words words;
    private final Map<CardNumber, Workforce.Worker> people;

    EventWording(Words words, Map<CardNumber, Workforce.Worker> people) {
        this.words = words;
        this.people = people;
    }

    String who(GateEvent event) {
        Optional<Subject> subject = event.subject();
        String card = subject.map(Subject::getCardNumber).orElse("");
        if (card.length() == PassNumber.DIGITS) {
            return words.text("who.pass", card.substring(PassNumber.DIGITS - 4));
        }
        if (!card.isEmpty()) {
            return CardNumber.parse(card, WorkbenchOrders.CARD)
                    .map(people::get)
                    .map(worker -> words.text("who.holder", worker.name(), card))
                    .orElseGet(() -> words.text("who.card", card));
        }
        ByteString uid = subject.map(Subject::getUid).orElse(ByteString.EMPTY);
        return uid.isEmpty()
                ? words.text("who.nobody")
                : words.text("who.chip", HexFormat.of().formatHex(uid.toByteArray()));
    }

    /** How it is to be shown: {@code good}, {@code bad}, {@code alarm} or {@code note}. */
    String kind(EventFacts facts) {
        return switch (facts.getBodyCase()) {
            case ACCESS_GRANTED, ACCESS_TAKEN -> "good";
            case ACCESS_DENIED, LIST_REFUSED -> "bad";
            case UNATTRIBUTED_PASSAGE, FIRE_RELEASE_STARTED, ALARM -> "alarm";
            case ACCESS_NOT_TAKEN,
                    REQUEST_TO_EXIT,
                    FIRE_RELEASE_ENDED,
                    GATE_STARTED,
                    GATE_STOPPED,
                    DEVICE_CHANGED,
                    JOURNAL_SEALED,
                    LIST_APPLIED,
                    BODY_NOT_SET -> "note";
        };
    }

    String line(GateEvent event) {
        EventFacts facts = event.facts();
        String key = "event." + facts.getBodyCase().name();
        return switch (facts.getBodyCase()) {
            case ACCESS_GRANTED, ACCESS_TAKEN, ACCESS_NOT_TAKEN -> words.text(key, who(event));
            case ACCESS_DENIED ->
                words.text(
                        key,
                        who(event),
                        words.text("reason."
                                + DenialReason.ofCode(facts.getAccessDenied().getReason())
                                        .name()
                                + ".title"));
            case UNATTRIBUTED_PASSAGE ->
                words.text(
                        key,
                        words.text("cause."
                                + facts.getUnattributedPassage()
                                        .getCause()
                                        .name()
                                        .replace("CAUSE_", "")));
            case GATE_STARTED ->
                facts.getGateStarted().getJournalCutBytes() == 0
                        ? words.text(key)
                        : words.text(key + ".torn", facts.getGateStarted().getJournalCutBytes());
            case DEVICE_CHANGED ->
                words.text(
                        key + (facts.getDeviceChanged().getReady() ? ".ready" : ".lost"),
                        facts.getDeviceChanged().getDevice());
            case LIST_APPLIED ->
                words.text(
                        key,
                        facts.getListApplied().getList(),
                        Long.toString(facts.getListApplied().getVersion()));
            case LIST_REFUSED ->
                words.text(
                        key,
                        facts.getListRefused().getList(),
                        facts.getListRefused().getDetail());
            case ALARM -> {
                String kind = facts.getAlarm().getKind();
                String title = "alarm." + kind + ".title";
                yield words.text(key, words.has(title) ? words.text(title) : kind);
            }
            case REQUEST_TO_EXIT,
                    FIRE_RELEASE_STARTED,
                    FIRE_RELEASE_ENDED,
                    GATE_STOPPED,
                    JOURNAL_SEALED,
                    BODY_NOT_SET -> words.text(key);
        };
    }
}
