package portvakt.gate.access;

import java.time.LocalDate;
import java.util.Optional;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/**
 * Who a read names: at least one of card number and UID is there.
 *
 * @param expiresOn last day of validity that the chip tells of
 */
public record Credential(
        Optional<CardNumber> card,
        Optional<Uid> uid,
        Assurance assurance,
        Optional<LocalDate> expiresOn,
        Optional<CardRead.Holder> holder) {

    /** Whether both name the same holder, however they were read. */
    public boolean sameHolder(Credential other) {
        return card.isPresent() && other.card.isPresent()
                ? card.equals(other.card)
                : uid.isPresent() && uid.equals(other.uid);
    }
}
