package portvakt.protocol.pass;

import java.util.Optional;

/**
 * Why somebody is lawfully on a site without an HSE card. Codes are in passes: only ever added, never renumbered.
 *
 * <p>A pass can be read by whoever sees it, so these are no finer than a gate's guard needs: who is on placement through school, a
 * labour market measure or the introduction programme is one kind, since which of them it is says more about a person than a gate
 * has to know.
 */
public enum HolderKind {
    /** The card is on order: the right to work is there, the card is not yet. */
    CARD_ON_ORDER(1),
    /** On placement; no card is issued to these. */
    PLACEMENT(2),
    VISITOR(3),
    /** An occasional delivery; who delivers regularly needs a card. */
    DELIVERY(4);

    private final int code;

    HolderKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static Optional<HolderKind> ofCode(long code) {
        for (HolderKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
