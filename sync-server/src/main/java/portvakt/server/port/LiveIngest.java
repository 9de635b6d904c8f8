package portvakt.server.port;

import java.time.Instant;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.EventBatch;

/**
 * Takes copies of events that gates send past their backlog, to be shown until the log has them. Nothing of it is stored, and
 * no chain is checked: what counts is what comes by {@link EventIngest}. Safe for any thread; blocks for a look into the
 * database at most.
 */
public interface LiveIngest {

    /**
     * Takes copies, however often they come. What the log has already, what cannot be read, and what is too much is left out.
     *
     * @param gate       the gate whose topic it came on; nothing in the batch is believed about that
     * @param receivedAt by the server's clock
     */
    void heard(GateAddress gate, EventBatch copies, Instant receivedAt);
}
