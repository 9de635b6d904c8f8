package portvakt.gate.access;

import java.time.LocalDate;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.PassCode;

/** What a reader made of a presented card or code. Immutable. */
public sealed interface CardRead {

    /** Data read from an HSE card's chip with its sector keys. A chip's data can be copied; it is no proof by itself. */
    record ChipData(CardNumber card, Uid uid, Optional<LocalDate> expiresOn, Optional<Holder> holder)
            implements CardRead {}

    /** Data of a chip that proved to be genuine: it has the site's key, and what it said was sealed by that key on the way. */
    record AuthenticatedChip(CardNumber card, Uid uid, Optional<LocalDate> expiresOn, Optional<Holder> holder)
            implements CardRead {}

    /** Only the chip's UID could be read. */
    record UidOnly(Uid uid) implements CardRead {}

    /** A card number in a code that nobody signed. */
    record UnsignedCode(CardNumber card) implements CardRead {}

    /** A code that has the form of a pass. Nothing of what it says is believed before its signature proves ({@link Passes}). */
    record SignedPass(PassCode code) implements CardRead {}

    /**
     * Something was shown, and it names nobody.
     *
     * @param reason one of {@code CARD_UNREADABLE}, {@code SEVERAL_CARDS}, {@code CODE_UNRECOGNISED}, {@code UID_RANDOM},
     *     {@code PASS_MALFORMED}, {@code PASS_ALGORITHM}, {@code CARD_NOT_AUTHENTIC}
     */
    record Unreadable(DenialReason reason) implements CardRead {}

    /** Who the chip says its holder is; any part may be empty. Never logged. */
    record Holder(String name, String employerName, String employerOrganisationNumber) {
        /** Says nothing, so that no log line can hold a name. */
        @Override
        public String toString() {
            return "Holder[…]";
        }
    }
}
