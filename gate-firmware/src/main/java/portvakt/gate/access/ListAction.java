package portvakt.gate.access;

/** What an entrance does with a card that a list does not name, by the state of that list. */
public enum ListAction {
    GRANT,
    /** Granted, and the event says why it is doubtful. */
    GRANT_FLAGGED,
    /** Granted and flagged where somebody watches the gate, else denied. */
    ATTENDED_ONLY,
    DENY;

    boolean denies(boolean attended) {
        return this == DENY || (this == ATTENDED_ONLY && !attended);
    }

    boolean flags(boolean attended) {
        return this == GRANT_FLAGGED || (this == ATTENDED_ONLY && attended);
    }
}
