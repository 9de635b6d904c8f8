package portvakt.sim.device;

/**
 * A contactless card lying on a reader, seen as PC/SC shows it: an ATR that the reader makes up, and answers to APDUs of which
 * the reader would answer some by itself. Called by one thread at a time.
 */
public interface VirtualCard {

    /** The answer to reset; at least 2 bytes. */
    byte[] atr();

    /** The field was switched on anew: whatever was authenticated is forgotten. */
    void powerOn();

    /** @return data and SW1 SW2; empty for a card that says nothing */
    byte[] answer(byte[] command);
}
