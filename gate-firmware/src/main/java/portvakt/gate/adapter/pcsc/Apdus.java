package portvakt.gate.adapter.pcsc;

/** A card that answers. One thread at a time. */
@FunctionalInterface
public interface Apdus {

    /**
     * Sends one command and waits for its answer: milliseconds as a rule, bounded by the reader's own time-out.
     *
     * @param command ISO 7816-4, short form: 5 to 261 bytes
     * @return data and SW1 SW2: at least 2 bytes
     * @throws CardGoneException if no whole answer came
     */
    byte[] transceive(byte[] command) throws CardGoneException;
}
