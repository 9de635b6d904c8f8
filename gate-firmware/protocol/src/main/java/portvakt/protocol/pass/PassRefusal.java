package portvakt.protocol.pass;

import portvakt.protocol.DenialReason;

/** Why a code that begins as a pass is none that counts. The finest word for it, for a log; people are told the reason. */
public enum PassRefusal {
    /** Longer than any pass. */
    SIZE(DenialReason.PASS_MALFORMED),
    /** No base45. */
    ENCODING(DenialReason.PASS_MALFORMED),
    /** No CBOR, or not in the one form in which these values are to be written. */
    NOT_CANONICAL(DenialReason.PASS_MALFORMED),
    TRAILING_BYTES(DenialReason.PASS_MALFORMED),
    /** No COSE_Sign1. */
    STRUCTURE(DenialReason.PASS_MALFORMED),
    /** Other headers than algorithm and key id, or these in the wrong place or form. */
    HEADER(DenialReason.PASS_MALFORMED),
    ALGORITHM(DenialReason.PASS_ALGORITHM),
    /** Signed by a key that does not count here. */
    KEY_UNKNOWN(DenialReason.PASS_KEY_UNKNOWN),
    SIGNATURE(DenialReason.PASS_SIGNATURE),
    CLAIM_UNKNOWN(DenialReason.PASS_MALFORMED),
    CLAIM_MISSING(DenialReason.PASS_MALFORMED),
    /** Of another type, or out of its range. */
    CLAIM_VALUE(DenialReason.PASS_MALFORMED);

    private final DenialReason reason;

    PassRefusal(DenialReason reason) {
        this.reason = reason;
    }

    /** What people are told. */
    public DenialReason reason() {
        return reason;
    }
}
