package portvakt.gate.access;

import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** Which card number a site manager has bound a chip's UID to. */
@FunctionalInterface
public interface Enrolments {

    Enrolments NONE = _ -> Optional.empty();

    Optional<CardNumber> cardOf(Uid uid);

    /** Of the site's signed table; 0: none. */
    default long version() {
        return 0;
    }
}
