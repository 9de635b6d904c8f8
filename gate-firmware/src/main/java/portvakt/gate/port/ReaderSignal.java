package portvakt.gate.port;

import portvakt.gate.access.CardRead;

/** What a {@link CardReader} has to say. */
public sealed interface ReaderSignal {

    /** The reader's {@link CardReader#name()}. */
    String reader();

    /**
     * A credential was shown.
     *
     * @param readNs from the device's first sight of it to the finished read, nanoseconds
     */
    record Presented(String reader, CardRead read, long readNs) implements ReaderSignal {}

    /** The device works. Sent at the first success and after each {@link Lost}. */
    record Ready(String reader, String detail) implements ReaderSignal {}

    /**
     * The device is gone or does not answer. Sent once for each loss, not for each new try.
     *
     * @param detail plain English for the service technician: what happened and what to check
     */
    record Lost(String reader, String detail) implements ReaderSignal {}
}
