package portvakt.gate.adapter.pcsc;

import java.util.List;
import javax.smartcardio.Card;
import javax.smartcardio.CardTerminal;

/** The PC/SC daemon, as a reader's thread needs it. Safe for any thread; calls take milliseconds. */
interface PcscService {

    /**
     * The readers there are now, in the daemon's order. Renews the connection to the daemon when it is dead.
     *
     * @throws PcscUnavailableException if the daemon cannot be asked
     */
    List<CardTerminal> readers() throws PcscUnavailableException;

    /**
     * Lets go of a connection to a card, whatever became of the card. Never fails.
     *
     * @param reset whether to power the card anew, for another try at reading it
     */
    void release(Card card, boolean reset);
}
