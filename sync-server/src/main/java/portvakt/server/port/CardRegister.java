package portvakt.server.port;

/** Takes what a central register says of cards, and sees that the gates hear of it. Safe for any thread. */
public interface CardRegister {

    /** What became of a change. */
    enum Outcome {
        /** Committed; a new list version goes out. */
        APPLIED,
        /** Committed; the card had this status, or a newer one, already. */
        UNCHANGED,
        /** This token was taken before; nothing happened now. */
        REPEATED,
        /** Another token with this {@code jti} was taken before; refused. */
        TOKEN_ID_REUSED
    }

    /** Returns after the change is committed to disk; does not wait for the gates. */
    Outcome apply(StatusChange change);
}
