package portvakt.server.port;

import java.util.List;

/** Takes what is said of cards, and sees that the gates hear of it. Safe for any thread. */
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

    /**
     * Returns after the change is committed to disk; does not wait for the gates. Calls at the same time share one commit; one
     * that cannot be kept does not fail the others.
     *
     * @throws StorageException if the change may not be on the disk; the same one may come again
     */
    Outcome apply(StatusChange change);

    /**
     * All or none, in one transaction that is on the disk when this returns. Changes of one card count by their event times,
     * not by their order here.
     *
     * @return the outcome of each, in the order of the changes
     * @throws StorageException if they may not be on the disk; the same ones may come again
     */
    List<Outcome> applyAll(List<StatusChange> changes);
}
