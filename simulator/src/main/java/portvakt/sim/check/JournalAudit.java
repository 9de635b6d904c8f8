package portvakt.sim.check;

import java.io.IOException;
import portvakt.gate.port.EventJournal;
import portvakt.sim.world.Violation;

/** Whether a gate's journal still has what only it has: reads the oldest event that the server has not acknowledged, now and then. */
final class JournalAudit {

    /** Each so-and-so-many events: most runs have hundreds, and a journal that is full drops a segment of several. */
    private static final int EVERY = 4;

    private JournalAudit() {}

    /** @param last the event that was appended just now */
    static void appended(String gate, EventJournal journal, long last) throws IOException {
        long oldest = journal.acknowledged() + 1;
        if (last % EVERY == 0 && oldest <= last && journal.read(oldest, oldest).isEmpty()) {
            throw new Violation(
                    "the journal dropped what the server does not have",
                    gate + ": event " + oldest + "; the newest is " + last);
        }
    }
}
