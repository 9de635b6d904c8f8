package portvakt.gate.port;

import java.util.Optional;

/**
 * What was done to the journal when it was opened, for its first events to tell.
 *
 * @param cutBytes    of a torn write that were cut off
 * @param goesOnAfter the event after which it begins, which this computer does not have; 0: it begins with event 1, or goes on
 * @param setAside    of a journal that did not agree with the server's: where it is and which of its events the server may not have, in
 *                    plain words; empty: there was none, or it is told
 */
public record JournalOpening(long cutBytes, long goesOnAfter, Optional<String> setAside) {

    /** Nothing was. */
    public static final JournalOpening PLAIN = new JournalOpening(0, 0, Optional.empty());
}
