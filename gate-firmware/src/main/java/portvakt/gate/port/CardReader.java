package portvakt.gate.port;

import java.util.function.Consumer;

/**
 * One device that credentials are shown to: a contactless reader, or a camera.
 *
 * <p>The adapter owns a platform thread of its own and lives through everything: a reader unplugged, a daemon restarted, a
 * camera's process that dies. It says so by {@link ReaderSignal.Lost}, tries again for ever, and says
 * {@link ReaderSignal.Ready} when it is back. One presentation of a card or code is one signal, however long it stays.
 */
public interface CardReader extends AutoCloseable {

    /** A stable name for events and logs, for example {@code card}. */
    String name();

    /**
     * Starts reading; called once. Returns at once: a device that is not there is a {@code Lost}, not an exception.
     *
     * @param inbox takes signals on the adapter's thread; does not block; never throws
     */
    void start(Consumer<ReaderSignal> inbox);

    /** Stops the thread and lets go of the device, within two seconds. No signal comes after it returns. */
    @Override
    void close();
}
