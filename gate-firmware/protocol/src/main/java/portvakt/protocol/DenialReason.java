package portvakt.protocol;

/**
 * Why a passage was refused, or what was noted of one that was not. Codes are on the wire and in journals: only ever added,
 * never renumbered; a code that a reader does not know is {@link #OTHER} (ONVIF Access Control 20.06, "treat unknown strings
 * as Other").
 */
public enum DenialReason {
    OTHER(0, Onvif.OTHER),

    /** The card was torn off, or answered with an error, or its data made no sense. */
    CARD_UNREADABLE(1, Onvif.OTHER),
    /** More than one card in the reader's field. */
    SEVERAL_CARDS(2, Onvif.OTHER),
    /** A code was seen, but it holds no card number. */
    CODE_UNRECOGNISED(3, Onvif.OTHER),
    /** The chip draws a new UID at each read, so it names nobody ({@link Uid#isRandom()}). */
    UID_RANDOM(4, Onvif.OTHER),
    /** A code that begins as a pass, and is none by its form ({@code portvakt.protocol.pass.PassRefusal} tells which). */
    PASS_MALFORMED(5, Onvif.OTHER),
    /** A pass under another kind of signature than passes have. */
    PASS_ALGORITHM(6, Onvif.OTHER),
    /** A pass by a key that may not sign passes here, or may no more. */
    PASS_KEY_UNKNOWN(7, Onvif.OTHER),
    /** A pass that was changed, or that somebody made up: its signature does not prove. */
    PASS_SIGNATURE(8, Onvif.OTHER),
    /** The chip has the site's application, and did not prove that it has the key, or its data was changed on the way. */
    CARD_NOT_AUTHENTIC(9, Onvif.OTHER),

    CREDENTIAL_REVOKED(10, Onvif.CREDENTIAL_NOT_ENABLED),
    CREDENTIAL_SUSPENDED(11, Onvif.CREDENTIAL_NOT_ENABLED),
    /** A good pass of another site. */
    PASS_OTHER_SITE(16, Onvif.UNAUTHORIZED),
    CREDENTIAL_NOT_YET_VALID(12, Onvif.CREDENTIAL_NOT_ACTIVE),
    CREDENTIAL_EXPIRED(13, Onvif.CREDENTIAL_EXPIRED),
    /** A UID that nobody has bound to a card number. */
    UNKNOWN_CARD(14, Onvif.UNAUTHORIZED),
    /** The access point asks for a surer read than this one. */
    ASSURANCE_TOO_LOW(15, Onvif.UNAUTHORIZED),

    ANTI_PASSBACK(20, Onvif.OTHER),

    /** The gate has never had a list that proved. */
    LIST_MISSING(30, Onvif.OTHER),
    /** The part of a list in which the card would stand does not prove: the gate's storage has damaged it. */
    LIST_DAMAGED(33, Onvif.OTHER),
    /** The gate's newest list is older than the site allows. */
    LIST_TOO_OLD(31, Onvif.OTHER),
    /** The gate has not heard from the server since it started: its list may be a copy that was put back. */
    LIST_UNCONFIRMED(34, Onvif.OTHER),
    CLOCK_UNTRUSTED(32, Onvif.OTHER),

    /** Somebody else is going through and the queue is full. */
    GATE_BUSY(40, Onvif.OTHER),
    /** The journal cannot be written, and what cannot be remembered is not done. */
    JOURNAL_UNAVAILABLE(41, Onvif.OTHER);

    /** The names of ONVIF Access Control 20.06, "tns1:AccessControl/Denied", property Reason. */
    public enum Onvif {
        CREDENTIAL_NOT_ENABLED,
        CREDENTIAL_NOT_ACTIVE,
        CREDENTIAL_EXPIRED,
        UNAUTHORIZED,
        OTHER
    }

    private final int code;
    private final Onvif onvif;

    DenialReason(int code, Onvif onvif) {
        this.code = code;
        this.onvif = onvif;
    }

    public int code() {
        return code;
    }

    public Onvif onvif() {
        return onvif;
    }

    /** @return {@link #OTHER} for a code that this version does not know */
    public static DenialReason ofCode(int code) {
        for (DenialReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        return OTHER;
    }
}
