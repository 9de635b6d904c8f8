package portvakt.gate.journal;

import portvakt.protocol.v1.EventFacts;

/** What an event is worth: when room in the journal is scarce, and to those who look at the site now. */
public enum EventClass {
    /** Who went where, what was dangerous, and what proves it: written as long as a byte is left. */
    KEEP,
    /** How the gate's devices and lists are doing: left out, and counted, when room is scarce. The status message says it too. */
    CHATTER;

    public static EventClass of(EventFacts.BodyCase body) {
        return switch (body) {
            case DEVICE_CHANGED, LIST_APPLIED, LIST_REFUSED -> CHATTER;
            case ACCESS_GRANTED,
                    ACCESS_DENIED,
                    ACCESS_TAKEN,
                    ACCESS_NOT_TAKEN,
                    REQUEST_TO_EXIT,
                    UNATTRIBUTED_PASSAGE,
                    FIRE_RELEASE_STARTED,
                    FIRE_RELEASE_ENDED,
                    GATE_STARTED,
                    GATE_STOPPED,
                    JOURNAL_SEALED,
                    ALARM,
                    BODY_NOT_SET -> KEEP;
        };
    }

    /** Whether an event is news to somebody who looks at the site: who went where or did not, and what is dangerous. */
    public static boolean isNews(EventFacts.BodyCase body) {
        return switch (body) {
            case ACCESS_GRANTED,
                    ACCESS_DENIED,
                    ACCESS_TAKEN,
                    ACCESS_NOT_TAKEN,
                    REQUEST_TO_EXIT,
                    UNATTRIBUTED_PASSAGE,
                    FIRE_RELEASE_STARTED,
                    FIRE_RELEASE_ENDED,
                    ALARM -> true;
            case GATE_STARTED, GATE_STOPPED, DEVICE_CHANGED, LIST_APPLIED, LIST_REFUSED, JOURNAL_SEALED, BODY_NOT_SET ->
                false;
        };
    }
}
