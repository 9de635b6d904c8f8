package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/**
 * Which chips showed which card number at a site, whether the site had bound it or the chip's own data said so. Safe for any
 * thread; each method is one transaction and throws {@link StorageException} if the database is away.
 */
public interface CardChips {

    /** What an alarm about a second chip begins with. */
    String SECOND_CHIP = "CARD_SECOND_CHIP";

    /** A chip that showed a card number. @param firstAt by the gate's clock @param gate where it was seen first */
    record Seen(CardNumber card, Uid uid, Instant firstAt, String gate) {}

    /** A card's chips at a site, the first seen first. */
    List<Seen> of(String site, CardNumber card);

    /**
     * Cards that have shown more than one chip at a site, the newest of them since then: all of each card's chips together, the
     * first seen first.
     *
     * @param limit most chips
     */
    List<Seen> doubled(String site, Instant since, int limit);
}
