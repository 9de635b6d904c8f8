package portvakt.gate.status;

/** Why something that came as a list, or part of one, was not taken. Names are in journals and never change. */
public enum ListRefusal {
    /** Not the bytes of a head, a table or keys. */
    MALFORMED,
    /** Signed by none of the keys that count here. */
    BAD_SIGNATURE,
    /** Signed by a key that counted once and signs nothing new any more. */
    RETIRED_KEY,
    /** Signed by a key that counts, but not for this. */
    WRONG_KEY_USE,
    /** A head of another list than its topic says. */
    WRONG_LIST,
    /** An older version or epoch than the gate has, or an older signing of the same version. */
    ROLLBACK,
    /** A version so far ahead, or an epoch that the trust file does not know, that no issuer can have come to it. */
    FAST_FORWARD,
    /** Signed later than now. */
    ISSUED_IN_FUTURE,
    /** Not valid any more when it arrived. */
    EXPIRED,
    /** Nothing newer has been signed for so long that somebody may be holding it back. */
    FROZEN,
    /** More keys than this gate takes. */
    TOO_LARGE,
    /** Table or keys that the head does not prove: parts of different versions, or damage. */
    NOT_PROVED,
    /** The gate's own file does not prove any more. */
    DAMAGED_FILE
}
