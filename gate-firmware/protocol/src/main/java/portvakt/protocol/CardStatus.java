package portvakt.protocol;

/**
 * What a register says of a card. Numbers as in the IETF Token Status List (VALID 0, INVALID 1, SUSPENDED 2); they are part of
 * the lists' keys and never change.
 */
public enum CardStatus {
    VALID(0),
    /** For good. */
    REVOKED(1),
    /** Becomes valid again by itself when the employer meets the register's conditions again. */
    SUSPENDED(2);

    private final int code;

    CardStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
