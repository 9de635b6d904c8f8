package portvakt.protocol;

import portvakt.protocol.v1.ReadAssurance;

/** How surely a read names its holder, weakest first: {@link #compareTo} ranks them. A policy may ask for more than it got. */
public enum Assurance {
    /** A number in a code that anyone can print or photograph. */
    UNSIGNED_CODE(ReadAssurance.READ_ASSURANCE_UNSIGNED_CODE),
    /** The UID of an enrolled card: binds to one chip, but a UID is easily copied. */
    UID_ONLY(ReadAssurance.READ_ASSURANCE_UID_ONLY),
    /** Data read from the chip with its sector keys. */
    CHIP_DATA(ReadAssurance.READ_ASSURANCE_CHIP_DATA),
    /** A pass whose signature proved. */
    SIGNED_PASS(ReadAssurance.READ_ASSURANCE_SIGNED_PASS),
    /** Data of a chip that proved, by a key it never tells, to be the chip it says it is: unlike a pass, it cannot be copied. */
    AUTHENTICATED_CHIP(ReadAssurance.READ_ASSURANCE_AUTHENTICATED_CHIP);

    private final ReadAssurance wire;

    Assurance(ReadAssurance wire) {
        this.wire = wire;
    }

    public ReadAssurance wire() {
        return wire;
    }
}
