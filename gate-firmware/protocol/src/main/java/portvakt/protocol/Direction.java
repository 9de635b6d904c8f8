package portvakt.protocol;

import portvakt.protocol.v1.PassageDirection;

/** Which way an access point leads. A turnstile that turns both ways is two access points (ONVIF Access Control 20.06). */
public enum Direction {
    IN(PassageDirection.PASSAGE_DIRECTION_IN),
    OUT(PassageDirection.PASSAGE_DIRECTION_OUT);

    private final PassageDirection wire;

    Direction(PassageDirection wire) {
        this.wire = wire;
    }

    public PassageDirection wire() {
        return wire;
    }
}
