package portvakt.gate.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.gate.access.CardRead;
import portvakt.protocol.DenialReason;

/**
 * A screen that tells the person in front of the gate what the gate makes of a card, in more words than lamps have. Nothing
 * depends on it: it is told what is so, and whatever becomes of it stays here.
 */
public interface Display extends AutoCloseable {

    /** What the gate has to say to whoever stands in front of it. */
    sealed interface Face {
        /** Show a card. */
        record Ready() implements Face {}

        /** Go. @param holder as the chip names him or her; the display is to show it only where the site wants names shown */
        record Granted(Optional<CardRead.Holder> holder) implements Face {}

        /** No. @param pass whether a pass was shown and not a card */
        record Denied(DenialReason reason, boolean pass) implements Face {}

        /** Not yet: somebody is going through, or the arm is settling. */
        record Waiting() implements Face {}

        /** The button inside has released the arm. */
        record ReleasedForExit() implements Face {}

        /** Free for all: fire. */
        record Fire() implements Face {}

        /** No card would open now, or none can be read. */
        record OutOfOrder() implements Face {}
    }

    /**
     * All that a display shows at one moment. Immutable.
     *
     * @param readersLost names of the readers that are away, sorted
     * @param serverLost  there is a server, and no connection to it
     * @param listOld     a list that the gate needs is missing, or so old that cards may be refused for it
     */
    record Notice(Face face, List<String> readersLost, boolean serverLost, boolean listOld) {
        public Notice {
            readersLost = List.copyOf(readersLost);
        }
    }

    /** Whether the display can be reached. @param detail plain English for the service technician */
    record Health(boolean up, String detail) {}

    /**
     * Starts; called once. Returns at once: a display that cannot start says so, and tries again for ever.
     *
     * @param health takes what changes, on any thread; does not block; never throws
     */
    void start(Consumer<Health> health);

    /**
     * Tells the newest. Called on the loop's thread at each of its turns, once a second at least, also where nothing has
     * changed: a display that hears nothing knows that the gate hangs. Returns within microseconds; never throws.
     */
    void show(Notice notice);

    /** Stops within two seconds. */
    @Override
    void close();
}
