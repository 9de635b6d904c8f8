package portvakt.protocol;

/**
 * How far the <em>absence</em> of a card from a list can be believed. A card that a list names is denied in every state: only
 * absence loses value with age. The names are in journals and never change.
 */
public enum ListState {
    /** Young enough, the clock is trusted, and the server was heard since the gate's program started. */
    FRESH(portvakt.protocol.v1.ListState.LIST_STATE_FRESH),
    /** Older, or the clock is not trusted, or the server was not heard yet. */
    GRACE(portvakt.protocol.v1.ListState.LIST_STATE_GRACE),
    /** Too old to say much. */
    STALE(portvakt.protocol.v1.ListState.LIST_STATE_STALE),
    /** There is no list that proves, or its part for this card does not. */
    NONE(portvakt.protocol.v1.ListState.LIST_STATE_NONE);

    private final portvakt.protocol.v1.ListState wire;

    ListState(portvakt.protocol.v1.ListState wire) {
        this.wire = wire;
    }

    public portvakt.protocol.v1.ListState wire() {
        return wire;
    }
}
